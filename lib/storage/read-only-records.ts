import type { StoredDecision, StoredDecisions } from '../model/index.js';

/** Records that nobody can change, so that they are handed out without being copied. */
export class ReadOnlyRecords implements StoredDecisions {
  readonly #records: ReadonlyMap<string, StoredDecision>;

  /** @param records nobody changes them any more */
  constructor(records: ReadonlyMap<string, StoredDecision>) {
    this.#records = records;
  }

  get size(): number {
    return this.#records.size;
  }

  get(key: string): StoredDecision | undefined {
    return this.#records.get(key);
  }

  has(key: string): boolean {
    return this.#records.has(key);
  }

  keys(): MapIterator<string> {
    return this.#records.keys();
  }

  values(): MapIterator<StoredDecision> {
    return this.#records.values();
  }

  entries(): MapIterator<[string, StoredDecision]> {
    return this.#records.entries();
  }

  forEach(work: (record: StoredDecision, key: string, records: StoredDecisions) => void, self?: unknown): void {
    for (const [key, record] of this.#records) work.call(self, record, key, this);
  }

  [Symbol.iterator](): MapIterator<[string, StoredDecision]> {
    return this.entries();
  }
}
