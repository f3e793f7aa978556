import { inNeutralContext } from '../../common/index.js';

/** One at a time, first come first served; each in the async context of no request, which would be kept until the next one. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does. What it rejects with holds nobody up. */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    return inNeutralContext(() => {
      const turn = this.last.then(work);
      this.last = turn.then(nothing, nothing); // whoever took the turn gets its outcome
      return turn;
    });
  }
}

function nothing(): void {}
