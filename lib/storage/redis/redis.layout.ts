import type { StoredChange, StoredDecision, StoredDecisions, StoredRemoval } from '../../model/index.js';
import { textOf } from '../json-record.js';
import type { LoadReach, StorageScope } from '../vwo-storage.js';
import { LazyRecords } from './lazy-records.js';
import { SourceText } from './source-text.js';

/** How records are read and written in Redis. */
export interface RedisRecords {
  /** Throws where records of another scope would be found. */
  serve(scope: StorageScope): void;
  load(userId: string, keys: readonly string[], reach?: LoadReach): StoredDecisions | Promise<StoredDecisions>;
  save(userId: string, changes: readonly StoredChange[], removals: readonly StoredRemoval[]): Promise<void>;
  /** `keys` are those that the current settings know; undefined when nobody knows of any settings. */
  forget(userId: string, keys: readonly string[] | undefined): Promise<void>;
}

/** Under which keys records stand there. */
export interface RedisLayout extends RedisRecords {
  /** What all keys begin with; undefined before `serve` where the scope is a part of it. */
  readonly root: string | undefined;
  /** Whether `load` finds all records of a user, unless it is asked for some keys only. */
  readonly findsAll: boolean;
  /** Whose records this key may hold: the user, and perhaps others; undefined where that is not known. */
  usersUnder(key: string): readonly string[] | undefined;
  load(userId: string, keys: readonly string[], reach?: LoadReach): Promise<LazyRecords>;
}

/** The records under these keys as Redis answered them, in the same order; null where there is none. */
export function recordsIn(keys: readonly string[], answers: readonly (string | null | undefined)[]): LazyRecords {
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
