import type { StoredDecision, StoredDecisions } from '../../model/index.js';
import { recordOf } from '../json-record.js';
import { SourceText } from './source-text.js';

/** One user's records as Redis gave them, each read from its JSON when asked for: a request asks for few of them. */
export class LazyRecords implements StoredDecisions {
  private readonly records = new Map<string, StoredDecision>();

  constructor(private readonly texts: ReadonlyMap<string, string>) {}

  get size(): number {
    return this.texts.size;
  }

  has(key: string): boolean {
    return this.texts.has(key);
  }

  get(key: string): StoredDecision | undefined {
    const known = this.records.get(key);
    if (known) return known;
    const text = this.texts.get(key);
    if (text === undefined) return undefined;
    const record = SourceText.mark(recordOf(text), text);
    this.records.set(key, record);
    return record;
  }

  keys(): MapIterator<string> {
    return this.texts.keys();
  }

  values(): MapIterator<StoredDecision> {
    return this.all().values();
  }

  entries(): MapIterator<[string, StoredDecision]> {
    return this.all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, StoredDecision]> {
    return this.entries();
  }

  forEach(work: (record: StoredDecision, key: string, all: StoredDecisions) => void, self?: unknown): void {
    for (const [key, record] of this) work.call(self, record, key, this);
  }

  private all(): ReadonlyMap<string, StoredDecision> {
    for (const key of this.texts.keys()) this.get(key);
    return this.records;
  }
}
