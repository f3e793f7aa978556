import { type EqualWaits, errorText } from '../../common/index.js';
import type { Breaker } from './breaker.js';

/** Past it a save counts as failed and nobody waits for it any longer, in ms. */
export const WRITE_TIMEOUT_MS = 5_000;

export interface SaveBound<About> {
  readonly waits: EqualWaits<About>;
  readonly breaker: Breaker;
  /** The breaker's, from before the save began. */
  readonly mark: number;
  readonly userId: string;
  /** What the wait is about. */
  readonly about?: About;
}

/**
 * Waits for a save in bounded time, and tells the breaker when it fails.
 * @param ended called once: without `failure` when it is saved, or with why not; what a late save comes to is told to nobody but the breaker
 */
export function boundedSave<About>(
  saving: PromiseLike<unknown>,
  { waits, breaker, mark, userId, about }: SaveBound<About>,
  ended: (failure?: string) => void,
): void {
  const wait = waits.start(() => {
    breaker.late(mark, userId);
    ended(`no answer within ${waits.ms} ms`);
  }, about);
  Promise.resolve(saving).then(
    () => (waits.end(wait) ? ended() : breaker.stirred()),
    (error: unknown) => {
      if (!waits.end(wait)) return breaker.stirred();
      breaker.failed(mark, userId);
      ended(errorText(error, userId));
    },
  );
}
