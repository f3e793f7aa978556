import type { StoredChange, StoredDecisions, StoredRemoval } from '../../model/index.js';
import { VwoStorageError } from '../../common/index.js';
import { textOf } from '../json-record.js';
import type { LoadReach, StorageScope } from '../vwo-storage.js';
import type { RedisConnection } from './redis.connection.js';
import { recordsIn, type RedisLayout, textBefore } from './redis.layout.js';
import { LazyRecords } from './lazy-records.js';
import { SAVE_FIELDS } from './user-hash.scripts.js';

/** One hash per user, `<prefix>:<account>:<environment>:<user>`, one field per key. No two of these ever share one. */
export class UserHashLayout implements RedisLayout {
  /** What all keys begin with, once account and environment are known. */
  private root: string | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
    /** In ms. */
    private readonly ttl: number,
  ) {}

  serve(scope: StorageScope): void {
    this.root = `${this.prefix}:${part(scope.accountId)}:${part(scope.environment)}:`;
  }

  async load(userId: string, keys: readonly string[], reach?: LoadReach): Promise<StoredDecisions> {
    const hash = this.hashOf(userId);
    return reach === 'keys' ? this.some(hash, keys) : new LazyRecords(await this.all(hash));
  }

  async save(userId: string, changes: readonly StoredChange[], removals: readonly StoredRemoval[]): Promise<void> {
    const args: (string | number)[] = [1, this.hashOf(userId), this.ttl];
    for (const { key, record, replaces } of changes) args.push(key, textOf(record), textBefore(replaces));
    for (const { key, record } of removals) args.push(key, '', textBefore(record));
    await this.connection.script(SAVE_FIELDS, ...args);
  }

  async forget(userId: string): Promise<void> {
    await this.connection.command('UNLINK', this.hashOf(userId));
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

  private async some(hash: string, keys: readonly string[]): Promise<StoredDecisions> {
    const reply = keys.length > 0 ? await this.connection.command('HMGET', hash, ...keys) : [];
    return recordsIn(keys, reply as (string | null)[]);
  }
}

/** A part of a key that cannot run into the next one, and is no hash tag that would put all users on one node. */
function part(name: string): string {
  return name.replace(/[%:{}]/g, encodeURIComponent);
}

function mapOf(flat: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) texts.set(flat[i] as string, flat[i + 1] as string);
  return texts;
}
