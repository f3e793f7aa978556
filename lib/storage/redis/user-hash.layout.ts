import type { StoredChange, StoredRemoval } from '../../model/index.js';
import { VwoStorageError } from '../../common/index.js';
import { textOf } from '../json-record.js';
import type { LoadReach, StorageScope } from '../vwo-storage.js';
import type { RedisConnection } from '../../redis/index.js';
import { recordsIn, type RedisLayout, textBefore } from './redis.layout.js';
import { LazyRecords } from './lazy-records.js';
import { SAVE_FIELDS } from './user-hash.scripts.js';

/** One hash per user, `<prefix>:<account>:<environment>:<user>`, one field per key. No two of these ever share one. */
export class UserHashLayout implements RedisLayout {
  readonly findsAll = true;
  root: string | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
    /** In ms. */
    private readonly ttl: number,
  ) {}

  serve(scope: StorageScope): void {
    this.root = `${this.prefix}:${part(scope.accountId)}:${part(scope.environment)}:`;
  }

  usersUnder(key: string): readonly string[] {
    return this.root !== undefined && key.startsWith(this.root) ? [key.slice(this.root.length)] : [];
  }

  async load(userId: string, keys: readonly string[], reach?: LoadReach): Promise<LazyRecords> {
    const hash = this.hashOf(userId);
    return reach === 'keys' ? this.some(hash, keys) : new LazyRecords(await this.connection.hgetall(hash));
  }

  async save(userId: string, changes: readonly StoredChange[], removals: readonly StoredRemoval[]): Promise<void> {
    const args: (string | number)[] = [this.ttl];
    for (const { key, record, replaces } of changes) args.push(key, textOf(record), textBefore(replaces));
    for (const { key, record } of removals) args.push(key, '', textBefore(record));
    await this.connection.script(SAVE_FIELDS, [this.hashOf(userId)], args);
  }

  async forget(userId: string): Promise<void> {
    await this.connection.unlink(this.hashOf(userId));
  }

  private hashOf(userId: string): string {
    if (this.root !== undefined) return this.root + userId;
    throw new VwoStorageError(
      'RedisStorage does not know its account and environment. The client that uses it says them (open); ' +
        'to use it alone, give it the options `accountId` and `environment`.',
    );
  }

  private async some(hash: string, keys: readonly string[]): Promise<LazyRecords> {
    return recordsIn(keys, keys.length > 0 ? await this.connection.hmget(hash, keys) : []);
  }
}

/** A part of a key that cannot run into the next one, and is no hash tag that would put all users on one node. */
function part(name: string): string {
  return name.replace(/[%:{}]/g, encodeURIComponent);
}
