import type { Clock } from '../clock.js';

/** What `work` gives, or `late` when that takes longer than `ms`. A late answer, or a late rejection, changes nothing. */
export async function within<T, L>(clock: Clock, ms: number, work: PromiseLike<T>, late: L): Promise<T | L> {
  let cancel = (): void => {};
  const deadline = new Promise<L>((resolve) => {
    cancel = clock.after(ms, () => resolve(late));
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    cancel();
  }
}

/** An error in one line. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
