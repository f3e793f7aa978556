import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { type Clock, clockOf, type ClockOption } from '../common/index.js';
import type { StoredChange, StoredDecision, StoredDecisions } from '../model/index.js';
import { knownKeys, wholeNumber } from '../common/index.js';
import { frozenRecord } from './json-record.js';
import { OpenedScope } from './opened-scope.js';
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
  /** Milliseconds since the epoch. Kept here because lru-cache's own expiry starts a timer and reads a start of 0 as never. */
  readonly expires: number;
}

/** Decisions kept in this process: gone when it ends, and not shared with the next one. */
export class MemoryStorage extends VwoStorage {
  private readonly users: LRUCache<string, RememberedUser>;
  private readonly ttl: number;
  private readonly clock: Clock;
  private readonly scope = new OpenedScope('MemoryStorage');

  constructor(options: MemoryStorageOptions = {}) {
    super();
    knownKeys('MemoryStorage options', options, ['maxUsers', 'ttl', 'clock']);
    this.users = new LRUCache({ max: wholeNumber('maxUsers', options.maxUsers ?? 10_000, { max: 100_000_000 }) });
    this.ttl = ttlOption(options.ttl);
    this.clock = clockOf(options.clock);
  }

  override open(scope: StorageScope): void {
    this.scope.open(scope);
  }

  override load(
    userId: string,
    keys: readonly string[],
    reach: LoadReach = 'user',
  ): StoredDecisions | Promise<StoredDecisions> {
    const records = this.recordsOf(userId);
    return reach === 'keys' ? only(keys, records) : new Map(records);
  }

  override save(userId: string, changes: readonly StoredChange[]): void | Promise<void> {
    const records = new Map(this.recordsOf(userId));
    let written = false;
    for (const { key, record, replaces } of changes) {
      const stored = records.get(key);
      if (stored !== replaces && !isDeepStrictEqual(stored, replaces)) continue;
      records.set(key, frozenRecord(record) as StoredDecision);
      written = true;
    }
    if (written) this.users.set(userId, { records, expires: this.clock.monotonic() + this.ttl });
  }

  override forget(userId: string): Promise<void> {
    this.users.delete(userId);
    return Promise.resolve();
  }

  private recordsOf(userId: string): ReadonlyMap<string, StoredDecision> {
    const user = this.users.get(userId);
    if (!user) return NOTHING;
    if (user.expires > this.clock.monotonic()) return user.records;
    this.users.delete(userId);
    return NOTHING;
  }
}

const NOTHING: ReadonlyMap<string, StoredDecision> = new Map();

function only(keys: readonly string[], records: ReadonlyMap<string, StoredDecision>): StoredDecisions {
  const found = new Map<string, StoredDecision>();
  for (const key of keys) {
    const record = records.get(key);
    if (record) found.set(key, record);
  }
  return found;
}
