type Condition<T> = (items: readonly T[]) => boolean;

interface Waiter<T> {
  readonly holds: Condition<T>;
  readonly resolve: (items: readonly T[]) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What came in so far, and whoever waits for more of it. */
export class EdgeLog<T> {
  private items: T[] = [];
  private readonly waiters = new Set<Waiter<T>>();

  /** @param describe one item in a few words, for the message when nothing more comes */
  constructor(
    private readonly what: string,
    private readonly describe: (item: T) => string,
  ) {}

  /** A copy: it does not grow under the reader's hands. */
  get all(): readonly T[] {
    return [...this.items];
  }

  add(...items: T[]): void {
    this.items.push(...items);
    this.changed();
  }

  /** Puts a newer version of an item in its place; one that was cleared meanwhile stays away. */
  replace(old: T, item: T): void {
    this.items = this.items.map((each) => (each === old ? item : each));
    this.changed();
  }

  private changed(): void {
    for (const waiter of this.waiters) {
      if (this.holds(waiter)) this.leave(waiter, () => waiter.resolve(this.all));
    }
  }

  clear(): void {
    this.items = [];
  }

  /** Resolves as soon as there are `wanted` items, or the condition holds; rejects after `timeoutMs`, telling what came. */
  waitFor(wanted: number | Condition<T>, timeoutMs: number): Promise<readonly T[]> {
    const holds = typeof wanted === 'number' ? (items: readonly T[]) => items.length >= wanted : wanted;
    const hoped = typeof wanted === 'number' ? `${wanted} ${this.what}` : `${this.what} that fit`;
    return new Promise((resolve, reject) => {
      if (holds(this.all)) return resolve(this.all);
      const timer = setTimeout(() => {
        const came = this.items.map(this.describe).join(', ') || 'nothing';
        this.leave(waiter, () => reject(new Error(`Waited ${timeoutMs} ms for ${hoped}; came: ${came}`)));
      }, timeoutMs);
      const waiter: Waiter<T> = { holds, resolve, reject, timer };
      this.waiters.add(waiter);
    });
  }

  /** Nothing more will come: whoever still waits is told. */
  close(): void {
    for (const waiter of this.waiters) {
      this.leave(waiter, () => waiter.reject(new Error(`The VwoEdge was closed while a test waited for ${this.what}`)));
    }
  }

  /** A condition that throws fails its own wait, not the request that was being answered. */
  private holds(waiter: Waiter<T>): boolean {
    try {
      return waiter.holds(this.all);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.leave(waiter, () => waiter.reject(error));
      return false;
    }
  }

  private leave(waiter: Waiter<T>, last: () => void): void {
    clearTimeout(waiter.timer);
    this.waiters.delete(waiter);
    last();
  }
}
