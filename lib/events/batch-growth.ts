/**
 * How many events go in one request: `least`, and while more than that wait twice as many after each request that was accepted, up to
 * `most`. What was too many is not tried again until the backlog is gone.
 */
export class BatchGrowth {
  private size: number;
  private limit: number;

  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {
    this.size = least;
    this.limit = most;
  }

  /** Events in the next request. */
  get next(): number {
    return this.size;
  }

  /**
   * @param waiting events that wait now
   * @param fitting events in the largest part that was accepted, where all together were too large; undefined: they were not
   */
  accepted(waiting: number, fitting: number | undefined): void {
    if (waiting < this.least) {
      this.size = this.least;
      this.limit = this.most;
      return;
    }
    if (fitting !== undefined) this.lower(fitting);
    else if (waiting >= this.size) this.size = Math.min(this.size * 2, this.limit);
  }

  /** Nobody answered, or "later": on a slow way fewer may arrive in time. */
  failed(): void {
    if (this.size > this.least) this.lower(Math.floor(this.size / 2));
    this.size = this.least;
  }

  private lower(limit: number): void {
    this.limit = Math.max(this.least, limit);
    this.size = Math.min(this.size, this.limit);
  }
}
