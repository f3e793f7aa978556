import type { StoredDecisions } from '../../model/index.js';
import type { LazyRecords } from './lazy-records.js';

/** One user's records as they stand in Redis, and which keys were asked for: under any other there may be one too. */
export class NearUser {
  private readonly asked: ReadonlySet<string> | undefined;
  /** What was answered last, and for which keys: handlers ask with the same list each time. */
  private last: { readonly keys: readonly string[]; readonly records: StoredDecisions } | undefined;

  /** @param asked undefined: for all that is stored */
  constructor(
    private readonly records: LazyRecords,
    asked: readonly string[] | undefined,
  ) {
    records.share();
    this.asked = asked && new Set(asked);
    this.last = asked && { keys: asked, records };
  }

  /** Undefined where Redis must be asked: also where nothing is known to be stored. @param keys undefined: all that is stored */
  answer(keys: readonly string[] | undefined): StoredDecisions | undefined {
    if (keys === undefined) return this.asked ? undefined : this.records;
    if (this.last?.keys === keys) return this.last.records;
    const { asked } = this;
    if (asked && !keys.every((key) => asked.has(key))) return undefined;
    const records = this.records.only(keys);
    if (records.size === 0) return undefined;
    this.last = { keys, records };
    return records;
  }

  /** With what was found later under other keys. */
  with(records: LazyRecords, keys: readonly string[]): NearUser {
    return this.asked ? new NearUser(this.records.joined(records), [...this.asked, ...keys]) : this;
  }
}
