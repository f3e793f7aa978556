import type { Clock } from './clock.js';

/**
 * What `work` gives, or `late` when that takes longer than `ms`. A late answer, or a late rejection, changes nothing.
 * `holds`: keeps the process alive meanwhile.
 */
export function within<T, L>(clock: Clock, ms: number, work: PromiseLike<T>, late: L, holds = false): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const cancel = ms > 0 ? clock.after(ms, () => resolve(late), holds) : afterThisTurn(() => resolve(late));
    const done =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        cancel();
        settle(value);
      };
    Promise.resolve(work).then(done(resolve), done(reject));
  });
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

/** The moment by which work must be done, on the monotonic clock: setting the machine's time does not move it. */
export class Deadline {
  private readonly end: number;

  /** @param ms from now on */
  constructor(
    private readonly clock: Clock,
    ms: number,
  ) {
    this.end = clock.monotonic() + ms;
  }

  /** Time that is left, in ms; 0 when the deadline has passed. */
  get left(): number {
    return Math.max(0, this.end - this.clock.monotonic());
  }
}

/** For a deadline that has passed: what is done already still counts. */
function afterThisTurn(work: () => void): () => void {
  const immediate = setImmediate(work);
  return () => clearImmediate(immediate);
}
