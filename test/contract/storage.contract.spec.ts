import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import type { StoredChange, StoredDecision, StoredDecisions } from '../../lib/model/index.js';
import { connectorStorage, MemoryStorage, VwoStorage } from '../../lib/storage/index.js';
import { RedisStorage } from '../../lib/entries/redis.js';
import { storageContract } from '../../lib/testing/storage.contract.js';
import { RedisCluster } from '../redis/redis-cluster.js';
import { RedisServer } from '../redis/redis-server.js';
import { asyncConnector, syncConnector } from '../storage/connectors.js';

describe('MemoryStorage', () => storageContract(it, () => new MemoryStorage()));

describe('RedisStorage', () => {
  let server: RedisServer;
  beforeAll(async () => void (server = await RedisServer.start()));
  afterAll(() => server.stop());

  describe('by URL', () => storageContract(it, () => new RedisStorage({ url: server.url })));

  describe("with layout: 'per-feature'", () => {
    storageContract(it, () => new RedisStorage({ url: server.url, layout: 'per-feature', prefix: 'vwo-live:' }));
  });

  describe("with the user's client", () => {
    let client: Redis;
    beforeAll(() => void (client = server.client()));
    storageContract(it, () => new RedisStorage({ client }));
  });

  describe('with a client that maps replies, prefixes keys and pipelines by itself', () => {
    let client: Redis;
    const options = { replyMapping: 'resp3', keyPrefix: 'shop:', enableAutoPipelining: true } as const;
    beforeAll(() => void (client = server.client(options)));
    storageContract(it, () => new RedisStorage({ client }));
    describe("and layout: 'per-feature'", () => {
      storageContract(it, () => new RedisStorage({ client, layout: 'per-feature' }));
    });
  });

  describe('with a client that speaks RESP2', () => {
    let client: Redis;
    beforeAll(() => void (client = server.client({ protocol: 2, lazyConnect: true })));
    storageContract(it, () => new RedisStorage({ client }));
  });
});

describe('RedisStorage in a cluster of three', () => {
  let cluster: RedisCluster;
  let client: Cluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    client = cluster.client();
  }, 60_000);
  afterAll(() => cluster?.stop());

  storageContract(it, () => new RedisStorage({ client }));
  describe("with layout: 'per-feature'", () => {
    storageContract(it, () => new RedisStorage({ client, layout: 'per-feature' }));
  });
});

// get and set are two steps: see StorageContractOptions.
const asConnectorsCan = { comparesInOneStep: false };

describe('connectorStorage, synchronous', () => {
  storageContract(it, () => connectorStorage(syncConnector()), asConnectorsCan);
});

describe('connectorStorage, asynchronous', () => {
  storageContract(it, () => connectorStorage(asyncConnector()), asConnectorsCan);
});

describe('The contract', () => {
  it('needs no test runner in particular, and passes what is right', async () => {
    expect(await broken(() => new MemoryStorage())).toEqual([]);
  });

  it.each<[string, () => VwoStorage, string]>([
    [
      'flips users who come twice at once',
      () => new LastWins(),
      'lets one of many first visits at once win, and flips nobody',
    ],
    [
      'overwrites what somebody else decided',
      () => new LastWins(),
      'leaves a record alone that somebody else wrote first',
    ],
    [
      'rewrites all records of a user',
      () => new RewritesAll(),
      'loses nothing when many visits of one user save different keys at once',
    ],
    [
      'hands out its own records',
      () => new Shares(),
      'does not notice what is done afterwards to what was saved or loaded',
    ],
    ['mixes up keys', () => new MixesUp(), 'takes any key and any user id, and mixes up none of them'],
    ['forgets nobody', () => new NeverForgets(), 'forgets one user and no other'],
    ['ignores the reach', () => new IgnoresReach(), 'gives only what it is asked for when the reach is `keys`'],
  ])('catches a storage that %s', async (_fault, make, promise) => {
    expect(await broken(make)).toContain(promise);
  });
});

/** The promises that a storage breaks. */
async function broken(make: () => VwoStorage): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = [];
  storageContract((name, test) => tests.push([name, test]), make);
  const names: string[] = [];
  for (const [name, test] of tests) await test().catch(() => names.push(name));
  return names;
}

/** A map of maps, honest in everything its children do not break. */
class Honest extends VwoStorage {
  protected readonly users = new Map<string, Map<string, StoredDecision>>();

  override async load(userId: string, keys: readonly string[], reach?: string): Promise<StoredDecisions> {
    await setImmediate();
    const all = [...(this.users.get(userId) ?? [])];
    return new Map(structuredClone(reach === 'keys' ? all.filter(([key]) => keys.includes(key)) : all));
  }

  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    await setImmediate();
    const records = this.users.get(userId) ?? new Map<string, StoredDecision>();
    for (const { key, record } of changes) records.set(key, structuredClone(record));
    this.users.set(userId, records);
  }

  override forget(userId: string): Promise<void> {
    this.users.delete(userId);
    return Promise.resolve();
  }
}

class LastWins extends Honest {}

class RewritesAll extends Honest {
  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    const records = new Map(await this.load(userId, []));
    await setImmediate();
    for (const { key, record } of changes) records.set(key, structuredClone(record));
    this.users.set(userId, records);
  }
}

class Shares extends Honest {
  override load(userId: string): Promise<StoredDecisions> {
    return Promise.resolve(this.users.get(userId) ?? new Map<string, StoredDecision>());
  }
}

class MixesUp extends Honest {
  override save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    return super.save(
      userId,
      changes.map((change) => ({ ...change, key: change.key.replaceAll(':', '%3A') })),
    );
  }
}

class NeverForgets extends Honest {
  override forget(): Promise<void> {
    return Promise.resolve();
  }
}

class IgnoresReach extends Honest {
  override load(userId: string, keys: readonly string[]): Promise<StoredDecisions> {
    return super.load(userId, keys);
  }
}
