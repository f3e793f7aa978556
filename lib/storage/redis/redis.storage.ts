import type { StoredChange, StoredDecisions, StoredRemoval } from '../../model/index.js';
import { type LoadReach, type StorageScope, VwoStorage } from '../vwo-storage.js';
import { NEAR_CACHE, type NearCache, type VwoNearCacheStats } from '../near-cache.js';
import type { RedisRecords } from './redis.layout.js';
import {
  type RedisNearCacheOptions,
  type RedisStorageOptions,
  type ResolvedRedisOptions,
  resolveRedisOptions,
} from './redis.options.js';

export type { RedisNearCacheOptions, RedisStorageOptions };

/**
 * Decisions in Redis (6 or later, Cluster too), as JSON. `layout` says under which keys:
 *
 * - `per-user`: one hash per user, one field per key. `load` is one HGETALL (or one HMGET), `save` one script for all
 *   changes of a visit, `forget` one UNLINK. Accounts, environments and users can never meet.
 * - `per-feature`: one string per record under `<featureKey>_<userId>`, as VWO's documentation shows for every SDK, so that
 *   services in other languages share decisions. `load` is one MGET, `save` and `forget` one script (in a Cluster, where
 *   these keys live on different nodes, one command per record, all at once). Accounts and environments need a `prefix`
 *   each; where two features and users give the same key, only the record of one of them is stored; `forget`
 *   finds the features that the settings know, anything else expires.
 *
 * A change whose record was replaced meanwhile is left out without an error: whoever decided first is right.
 * With `nearCache` the records of users who came lately are answered from this process; Redis tells which of them change.
 * While Redis is away every call rejects at once with a `VwoStorageError`; nothing is queued for its return.
 *
 * @example new RedisStorage({ url: 'redis://localhost:6379' })
 */
export class RedisStorage extends VwoStorage {
  private readonly options: ResolvedRedisOptions;
  private readonly records: RedisRecords;

  constructor(options: RedisStorageOptions) {
    super();
    this.options = resolveRedisOptions(options);
    this.records = this.options.records;
    const { accountId, environment } = this.options;
    if (accountId !== undefined && environment !== undefined) this.records.serve({ accountId, environment });
  }

  /** @internal */
  get [NEAR_CACHE](): NearCache | undefined {
    return this.options.near;
  }

  /** How the near cache is doing; undefined without the option `nearCache`. */
  nearCacheStats(): VwoNearCacheStats | undefined {
    return this.options.near?.stats();
  }

  /** Waits for the connection that is being made, and rejects when it cannot be made; it goes on trying by itself. */
  override async open(scope: StorageScope): Promise<void> {
    const { accountId = scope.accountId, environment = scope.environment } = this.options;
    this.records.serve({ accountId, environment });
    const opening = this.options.connection.open();
    this.options.near?.open(opening);
    await opening;
  }

  /** Without a promise where the near cache answers. */
  override load(
    userId: string,
    keys: readonly string[],
    reach?: LoadReach,
  ): StoredDecisions | Promise<StoredDecisions> {
    return this.records.load(userId, keys, reach);
  }

  override async save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = [],
  ): Promise<void> {
    if (changes.length > 0 || removals.length > 0) await this.records.save(userId, changes, removals);
  }

  override forget(userId: string, keys?: readonly string[]): Promise<void> {
    return this.records.forget(userId, keys);
  }

  override close(): Promise<void> {
    this.options.near?.close();
    return this.options.connection.close();
  }
}
