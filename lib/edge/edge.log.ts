type Condition<T> = (items: readonly T[]) => boolean;

interface Waiter<T> {
  readonly holds: Condition<T>;
  readonly resolve: (items: readonly T[]) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What came in so far, and whoever waits for more of it. Past `keep` items the oldest are dropped. */
export class EdgeLog<T> {
  private items: T[] = [];
  private gone = 0;
  private readonly waiters = new Set<Waiter<T>>();

  /** @param describe one item in a few words, for the message when nothing more comes */
  constructor(
    private readonly what: 'events' | 'requests',
    private readonly keep: number,
    private readonly describe: (item: T) => string,
  ) {}

  /** How many were dropped since the start, or since `clear`. */
  get dropped(): number {
    return this.gone;
  }

  /** A copy: it does not grow under the reader's hands. */
  get all(): readonly T[] {
    return [...this.items];
  }

  add(...items: readonly T[]): void {
    this.items.push(...items);
    this.gone += this.items.splice(0, Math.max(0, this.items.length - this.keep)).length;
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
    this.gone = 0;
  }

  /** Resolves as soon as `wanted` items have come, or the condition holds; rejects after `timeoutMs`, telling what came. */
  waitFor(wanted: number | Condition<T>, timeoutMs: number): Promise<readonly T[]> {
    const holds = typeof wanted === 'number' ? () => this.items.length + this.gone >= wanted : wanted;
    const hoped = typeof wanted === 'number' ? `${wanted} ${this.what}` : `${this.what} that fit`;
    return new Promise((resolve, reject) => {
      if (holds(this.all)) return resolve(this.all);
      const timer = setTimeout(() => {
        const came = this.items.map(this.describe).join(', ') || 'nothing';
        const gone = this.gone > 0 ? ` (and ${this.gone} before, dropped: \`keep.${this.what}\` is ${this.keep})` : '';
        this.leave(waiter, () => reject(new Error(`Waited ${timeoutMs} ms for ${hoped}; came: ${came}${gone}`)));
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
