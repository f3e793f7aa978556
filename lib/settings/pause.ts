import type { Clock } from '../common/index.js';

/** Waits, but no longer than until `closing`. False: that has come. */
export async function pause(clock: Clock, ms: number, closing: Promise<void>): Promise<boolean> {
  let cancel = (): void => undefined;
  const wait = new Promise<boolean>((resolve) => (cancel = clock.after(ms, () => resolve(true))));
  const waited = await Promise.race([wait, closing.then(() => false)]);
  cancel();
  return waited;
}
