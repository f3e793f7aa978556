import { Ring } from './ring.js';

/** What waits to be sent and what is being sent: bounded, the oldest first. */
export class EventBuffer<T> {
  private readonly ring = new Ring<T>();
  private underWay = 0;
  private left = 0;

  /** @param most kept at once */
  constructor(readonly most: number) {}

  /** Events that wait or are being sent. */
  get size(): number {
    return this.ring.length + this.underWay;
  }

  /** Events that wait. */
  get waiting(): number {
    return this.ring.length;
  }

  /** Events that have left for good, sent or dropped, since the beginning. */
  get departed(): number {
    return this.left;
  }

  /** False when the oldest that waits had to go for it. */
  add(item: T): boolean {
    this.ring.push(item);
    if (this.size <= this.most) return true;
    this.ring.shift();
    this.left += 1;
    return false;
  }

  /** The oldest `count` at most, to be sent; `settle` says what became of them. */
  take(count: number): readonly T[] {
    const taken = this.ring.take(count);
    this.underWay = taken.length;
    return taken;
  }

  /** Of those taken, `again` wait again, before the others; the rest has left. */
  settle(again: readonly T[]): void {
    this.left += this.underWay - again.length;
    this.underWay = 0;
    this.ring.putBack(again);
  }

  /** Drops what waits; the answer is how many. */
  clear(): number {
    const dropped = this.ring.take(this.ring.length).length;
    this.left += dropped;
    return dropped;
  }
}
