/** One at a time, first come first served. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does. What it rejects with holds nobody up. */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined); // heard by whoever took the turn
    return turn;
  }
}
