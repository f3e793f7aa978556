/**
 * A first-in first-out list that grows as it has to, in which each item has a weight. Adding and taking cost the same however long it is.
 * The weights stand beside the items: whoever drops an old item does not look at it, which would have to be brought from memory first.
 */
export class Ring<T> {
  /** Always a power of two. */
  private slots: (T | undefined)[] = new Array<T | undefined>(64);
  private weights = new Float64Array(64);
  /** What a place is taken modulo with: `& mask` takes less time than `% length`. */
  private mask = 63;
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(item: T, weight = 0): void {
    if (this.count === this.slots.length) this.grow();
    this.put((this.head + this.count) & this.mask, item, weight);
  }

  /** The weight of the oldest; 0 where there is none. */
  get firstWeight(): number {
    return this.count === 0 ? 0 : (this.weights[this.head] as number);
  }

  /** Removes the oldest. */
  shift(): T | undefined {
    const item = this.slots[this.head];
    this.drop();
    return item;
  }

  /** The same, without looking at it. */
  drop(): void {
    if (this.count === 0) return;
    this.slots[this.head] = undefined; // what has left is not kept alive
    this.head = (this.head + 1) & this.mask;
    this.count -= 1;
  }

  /** Removes all; the answer is how many. */
  clear(): number {
    const { count } = this;
    while (this.count > 0) this.drop();
    return count;
  }

  /** Puts items back where `shift` took them from; the oldest comes first. */
  putBack(items: readonly T[], weights: readonly number[] = []): void {
    for (let i = items.length - 1; i >= 0; i--) {
      if (this.count === this.slots.length) this.grow();
      this.head = (this.head - 1) & this.mask;
      this.put(this.head, items[i] as T, weights[i] ?? 0);
    }
  }

  private put(place: number, item: T, weight: number): void {
    this.slots[place] = item;
    this.weights[place] = weight;
    this.count += 1;
  }

  private grow(): void {
    const items = this.slots.length;
    const slots = new Array<T | undefined>(items * 2);
    const weights = new Float64Array(items * 2);
    for (let i = 0; i < items; i++) {
      const from = (this.head + i) & this.mask;
      slots[i] = this.slots[from];
      weights[i] = this.weights[from] as number;
    }
    this.slots = slots;
    this.weights = weights;
    this.mask = slots.length - 1;
    this.head = 0;
  }
}
