/** A first-in first-out list that grows as it has to. Adding and taking cost the same however long it is. */
export class Ring<T> {
  /** Always a power of two. */
  private slots: (T | undefined)[] = new Array<T | undefined>(64);
  /** What a place is taken modulo with: `& mask` takes less time than `% length`. */
  private mask = 63;
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** What was pushed last and is still in it. */
  get last(): T | undefined {
    return this.count === 0 ? undefined : this.slots[(this.head + this.count - 1) & this.mask];
  }

  push(item: T): void {
    if (this.count === this.slots.length) this.grow();
    this.slots[(this.head + this.count) & this.mask] = item;
    this.count += 1;
  }

  /** Removes the oldest. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined; // what has left is not kept alive
    this.head = (this.head + 1) & this.mask;
    this.count -= 1;
    return item;
  }

  /** Removes the oldest `most` at most, oldest first. */
  take(most: number): T[] {
    const taken: T[] = [];
    for (let n = Math.min(most, this.count); n > 0; n--) taken.push(this.shift() as T);
    return taken;
  }

  /** Puts items back where `take` took them from. */
  putBack(items: readonly T[]): void {
    for (const item of items.toReversed()) {
      if (this.count === this.slots.length) this.grow();
      this.head = (this.head - 1) & this.mask;
      this.slots[this.head] = item;
      this.count += 1;
    }
  }

  private grow(): void {
    const items = this.slots.length;
    const slots = new Array<T | undefined>(items * 2);
    for (let i = 0; i < items; i++) slots[i] = this.slots[(this.head + i) & this.mask];
    this.slots = slots;
    this.mask = slots.length - 1;
    this.head = 0;
  }
}
