import type { StoredChange, StoredDecision, StoredDecisions, StoredRemoval } from '../../model/index.js';
import { textOf } from '../json-record.js';
import type { LoadReach, StorageScope } from '../vwo-storage.js';
import { LazyRecords } from './lazy-records.js';
import { SourceText } from './source-text.js';

/** Under which keys records stand in Redis, and how they are read and written there. */
export interface RedisLayout {
  /** Throws where records of another scope would be found. */
  serve(scope: StorageScope): void;
  load(userId: string, keys: readonly string[], reach?: LoadReach): Promise<StoredDecisions>;
  save(userId: string, changes: readonly StoredChange[], removals: readonly StoredRemoval[]): Promise<void>;
  /** `keys` are those that the current settings know; undefined when nobody knows of any settings. */
  forget(userId: string, keys: readonly string[] | undefined): Promise<void>;
}

/** The records under these keys as Redis answered them, in the same order; null where there is none. */
export function recordsIn(keys: readonly string[], answers: readonly (string | null | undefined)[]): StoredDecisions {
  const texts = new Map<string, string>();
  for (const [i, key] of keys.entries()) {
    const text = answers[i];
    if (text != null) texts.set(key, text);
  }
  return new LazyRecords(texts);
}

/** The text that a change was decided from, as it stands in Redis: others write the same record with other spacing. */
export function textBefore(replaces: StoredDecision | undefined): string {
  return replaces === undefined ? '' : (SourceText.text(replaces) ?? textOf(replaces));
}
