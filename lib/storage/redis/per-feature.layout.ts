import type { StoredChange } from '../../model/index.js';
import { VwoStorageError } from '../../common/index.js';
import { textOf } from '../json-record.js';
import { OnlyScope } from '../storage-scope.js';
import type { StorageScope } from '../vwo-storage.js';
import { FeatureKeys } from './feature-keys.js';
import { runPerKey, stringsUnder } from './commands-per-key.js';
import { FORGET_RECORDS, SAVE_RECORDS } from './per-feature.scripts.js';
import type { RedisConnection } from '../../redis/index.js';
import type { LazyRecords } from './lazy-records.js';
import { recordsIn, type RedisLayout, textBefore } from './redis.layout.js';

/**
 * One string per record, under `<prefix><key>_<user id>`: VWO's documentation shows it for every SDK, so that services in
 * other languages find the same records. It knows neither account nor environment; `prefix` has to keep them apart.
 * It is never asked to remove a record: it finds those alone that the settings know, and each expires by itself.
 */
export class PerFeatureLayout implements RedisLayout {
  readonly findsAll = false;
  readonly root: string;
  private readonly featureKeys = new FeatureKeys();
  private readonly scope = new OnlyScope('RedisStorage');

  constructor(
    private readonly connection: RedisConnection,
    prefix: string,
    /** In ms. */
    private readonly ttl: number,
  ) {
    this.root = prefix;
  }

  serve(scope: StorageScope): void {
    this.scope.open(scope);
  }

  usersUnder(key: string): readonly string[] | undefined {
    return key.startsWith(this.root) ? this.featureKeys.usersIn(key.slice(this.root.length)) : [];
  }

  async load(userId: string, keys: readonly string[]): Promise<LazyRecords> {
    this.featureKeys.learn(keys);
    const own = keys.filter((key) => !this.featureKeys.ownerOf(key, userId));
    const found = await stringsUnder(
      this.connection,
      own.map((key) => this.keyOf(key, userId)),
    );
    return recordsIn(own, found);
  }

  async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    this.featureKeys.learn(changes.map(({ key }) => key));
    const args: string[] = [];
    const keys: string[] = [];
    let refused: [key: string, owner: string] | undefined;
    for (const { key, record, replaces } of changes) {
      const owner = this.featureKeys.ownerOf(key, userId);
      if (owner !== undefined) {
        refused = [key, owner];
        continue;
      }
      keys.push(this.keyOf(key, userId));
      args.push(textOf(record), textBefore(replaces));
    }
    await runPerKey(this.connection, SAVE_RECORDS, keys, [this.ttl], args);
    if (refused) throw collisionOf(...refused);
  }

  async forget(userId: string, keys: readonly string[] | undefined): Promise<void> {
    if (keys) this.featureKeys.learn(keys);
    const known = [...this.featureKeys];
    if (keys && known.length === 0) {
      throw new VwoStorageError(
        "With the layout 'per-feature' a user can be forgotten as soon as there are settings: their features say which keys.",
      );
    }
    const places = known.filter((key) => !this.featureKeys.ownerOf(key, userId)).map((key) => this.keyOf(key, userId));
    await runPerKey(this.connection, FORGET_RECORDS, places, [userId]);
  }

  private keyOf(key: string, userId: string): string {
    return `${this.root}${key}_${userId}`;
  }
}

/** Names no user: it goes into the log. */
function collisionOf(key: string, owner: string): VwoStorageError {
  return new VwoStorageError(
    `feature "${key}" of one user and feature "${owner}" of another have one key with the layout 'per-feature': ` +
      "the first is not stored. Rename one of the features, or use the layout 'per-user'",
  );
}
