import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { type Clock, clockOf, type ClockOption, knownKeys, wholeNumber } from '../common/index.js';
import { type StoredChange, type StoredDecision, type StoredDecisions, type StoredRemoval } from '../model/index.js';
import { storableCopy } from './json-record.js';
import { ReadOnlyRecords } from './read-only-records.js';
import { isSameScope } from './storage-scope.js';
import { ttlOption } from './storage-ttl.js';
import { type LoadReach, type StorageScope, VwoStorage } from './vwo-storage.js';

export interface MemoryStorageOptions {
  /** Users remembered at once; past it the least recently used goes. @default 10_000 */
  maxUsers?: number;
  /** How long a user's records live after the last write, in ms. @default 90 days */
  ttl?: number;
  /** @default the machine's own time */
  clock?: ClockOption;
}

interface RememberedUser {
  readonly records: ReadonlyMap<string, StoredDecision>;
  /** The same, as they are handed out. */
  readonly view: StoredDecisions;
  /** On the monotonic clock, in ms. Kept here because lru-cache's own expiry starts a timer and reads a start of 0 as never. */
  readonly expires: number;
}

const NOTHING: StoredDecisions = new ReadOnlyRecords(new Map());

/** Decisions kept in this process: gone when it ends, and not shared with the next one. */
export class MemoryStorage extends VwoStorage {
  private readonly users: LRUCache<string, RememberedUser>;
  private readonly ttl: number;
  private readonly clock: Clock;
  private scope: StorageScope | undefined;

  constructor(options: MemoryStorageOptions = {}) {
    super();
    knownKeys('MemoryStorage options', options, ['maxUsers', 'ttl', 'clock']);
    this.users = new LRUCache({ max: wholeNumber('maxUsers', options.maxUsers ?? 10_000, { max: 100_000_000 }) });
    this.ttl = ttlOption(options.ttl);
    this.clock = clockOf(options.clock);
  }

  /** Another scope finds nothing of the one before. */
  override open(scope: StorageScope): void {
    if (this.scope && !isSameScope(this.scope, scope)) this.users.clear();
    this.scope = scope;
  }

  override load(
    userId: string,
    keys: readonly string[],
    reach?: LoadReach,
  ): StoredDecisions | Promise<StoredDecisions> {
    const records = this.userOf(userId)?.view ?? NOTHING;
    return reach === 'keys' ? only(keys, records) : records;
  }

  override save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = [],
  ): void | Promise<void> {
    const user = this.userOf(userId);
    const records = user ? new Map(user.records) : new Map<string, StoredDecision>();
    let isWritten = false;
    for (const { key, record, replaces } of changes) {
      if (!isSame(records.get(key), replaces)) continue;
      records.set(key, storableCopy(record) as StoredDecision);
      isWritten = true;
    }
    for (const { key, record } of removals) {
      if (!isSame(records.get(key), record)) continue;
      records.delete(key);
      isWritten = true;
    }
    if (!isWritten) return;
    const view = new ReadOnlyRecords(records);
    this.users.set(userId, { records, view, expires: this.clock.monotonic() + this.ttl });
  }

  override forget(userId: string): Promise<void> {
    this.users.delete(userId);
    return Promise.resolve();
  }

  private userOf(userId: string): RememberedUser | undefined {
    const user = this.users.get(userId);
    if (!user || user.expires > this.clock.monotonic()) return user;
    this.users.delete(userId);
    return undefined;
  }
}

function isSame(stored: StoredDecision | undefined, expected: StoredDecision | undefined): boolean {
  return stored === expected || isDeepStrictEqual(stored, expected);
}

function only(keys: readonly string[], records: StoredDecisions): StoredDecisions {
  const found = new Map<string, StoredDecision>();
  for (const key of keys) {
    const record = records.get(key);
    if (record) found.set(key, record);
  }
  return found;
}
