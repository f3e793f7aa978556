import { frozenCopy, type StoredDecision, type StoredDecisions } from '../../model/index.js';
import { recordOf } from '../json-record.js';
import { SourceText } from './source-text.js';

/** One user's records as Redis gave them, each read from its JSON when asked for: a request asks for few of them. */
export class LazyRecords implements StoredDecisions {
  private readonly records = new Map<string, StoredDecision>();
  private isShared = false;

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
    const read = recordOf(text);
    const record = SourceText.mark(this.isShared ? (frozenCopy(read) as StoredDecision) : read, text);
    this.records.set(key, record);
    return record;
  }

  /** For several visits: nobody can change a record from now on. To be said before any is read. */
  share(): this {
    this.isShared = true;
    return this;
  }

  /** These and others of the same user together, where both are as they stand in Redis now. */
  joined(others: LazyRecords): LazyRecords {
    return new LazyRecords(new Map([...this.texts, ...others.texts]));
  }

  /** Those under these keys. */
  only(keys: readonly string[]): LazyRecords {
    const found = new LazyRecords(new Map(keys.flatMap((key) => this.entry(key))));
    return this.isShared ? found.share() : found;
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

  private entry(key: string): [string, string][] {
    const text = this.texts.get(key);
    return text === undefined ? [] : [[key, text]];
  }

  private all(): ReadonlyMap<string, StoredDecision> {
    for (const key of this.texts.keys()) this.get(key);
    return this.records;
  }
}
