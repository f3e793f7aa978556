import type { StoredChange, StoredDecision, StoredDecisions } from '../../engine/index.js';
import { VwoStorageError } from '../../vwo.errors.js';
import { textOf } from '../json-record.js';
import { OpenedScope } from '../opened-scope.js';
import { type LoadReach, type StorageScope, VwoStorage } from '../vwo-storage.js';
import type { RedisConnection } from './redis.connection.js';
import { ReadFrom } from './read-from.js';
import { type ResolvedRedisOptions, type RedisStorageOptions, resolveRedisOptions } from './redis.options.js';
import { SAVE, SAVE_SHA } from './save.script.js';
import { StoredHash } from './stored-hash.js';

export type { RedisStorageOptions };

/**
 * Decisions in Redis (6 or later, Cluster too): one hash per user, one field per key, JSON values.
 *
 * `load` is one HGETALL (or one HMGET), `save` one script for all changes of a visit, `forget` one UNLINK.
 * A change whose record was replaced meanwhile is left out without an error: whoever decided first is right.
 * While Redis is away every call rejects at once with a `VwoStorageError`; nothing is queued for its return.
 *
 * @example new RedisStorage({ url: 'redis://localhost:6379' })
 */
export class RedisStorage extends VwoStorage {
  private readonly options: ResolvedRedisOptions;
  private readonly connection: RedisConnection;
  private readonly scope = new OpenedScope('RedisStorage');
  /** What all keys begin with, once account and environment are known. */
  private root: string | undefined;

  constructor(options: RedisStorageOptions) {
    super();
    this.options = resolveRedisOptions(options);
    this.connection = this.options.connection;
    const { accountId, environment } = this.options;
    if (accountId !== undefined && environment !== undefined) this.serve({ accountId, environment });
  }

  override open(scope: StorageScope): void {
    const { accountId = scope.accountId, environment = scope.environment } = this.options;
    this.serve({ accountId, environment });
    this.connection.open();
  }

  override async load(userId: string, keys: readonly string[], reach: LoadReach = 'user'): Promise<StoredDecisions> {
    const hash = this.hashOf(userId);
    const texts = reach === 'keys' ? await this.some(hash, keys) : await this.all(hash);
    return new StoredHash(texts);
  }

  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    if (changes.length === 0) return;
    const args: (string | number)[] = [1, this.hashOf(userId), this.options.ttl];
    for (const { key, record, replaces } of changes) args.push(key, textOf(record), textBefore(replaces));
    await this.connection.script(SAVE, SAVE_SHA, ...args);
  }

  override async forget(userId: string): Promise<void> {
    await this.connection.command('UNLINK', this.hashOf(userId));
  }

  override close(): Promise<void> {
    return this.connection.close();
  }

  private serve(scope: StorageScope): void {
    this.scope.open(scope);
    this.root = `${this.options.prefix}:${part(scope.accountId)}:${part(scope.environment)}:`;
  }

  private hashOf(userId: string): string {
    if (this.root !== undefined) return this.root + userId;
    throw new VwoStorageError(
      'RedisStorage does not know its account and environment. The client that uses it says them (open); ' +
        'to use it alone, give it the options `accountId` and `environment`.',
    );
  }

  private async all(hash: string): Promise<ReadonlyMap<string, string>> {
    // In capitals, as ioredis then gives the reply as it is instead of building an object from it.
    const reply = await this.connection.command('HGETALL', hash);
    if (Array.isArray(reply)) return mapOf(reply as string[]);
    return new Map(Object.entries(reply as Record<string, string>)); // with ioredis' option `replyMapping: 'resp3'`
  }

  private async some(hash: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    if (keys.length === 0) return texts;
    const reply = (await this.connection.command('HMGET', hash, ...keys)) as (string | null)[];
    for (const [i, key] of keys.entries()) {
      const text = reply[i];
      if (text != null) texts.set(key, text);
    }
    return texts;
  }
}

/** As it stands in Redis: others write the same record with other spacing. */
function textBefore(replaces: StoredDecision | undefined): string {
  return replaces === undefined ? '' : (ReadFrom.text(replaces) ?? textOf(replaces));
}

/** A part of a key that cannot run into the next one, and is no hash tag that would put all users on one node. */
function part(name: string): string {
  return name.replace(/[%:{}]/g, encodeURIComponent);
}

function mapOf(flat: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) texts.set(flat[i] as string, flat[i + 1] as string);
  return texts;
}
