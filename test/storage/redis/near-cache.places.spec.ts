import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisStorage, type RedisStorageOptions } from '../../../lib/entries/redis.js';
import { eventually } from '../../common/waiting.js';
import { destroyClients, nodeRedisCluster, VERSIONS } from '../../redis/node-redis.js';
import { RedisCluster } from '../../redis/redis-cluster.js';
import { PRIMARY, RedisSentinel } from '../../redis/redis-sentinel.js';
import { RedisServer } from '../../redis/redis-server.js';
import { cached, change, closeStorages, found, near, nearStorage, SCOPE, stands } from './near-storages.js';

const USERS = Array.from({ length: 30 }, (_, i) => `user-${i}`);

/** Until the storage finds this experiment for every user, and answers from its near cache. */
async function allCached(storage: RedisStorage, experiment: number): Promise<void> {
  for (const user of USERS) {
    await eventually(async () => (await found(storage, user)) === experiment, `record ${experiment} of ${user}`);
    await cached(storage, user);
    expect(await found(storage, user)).toBe(experiment);
  }
}

describe('a near cache on a Cluster of three masters, each with a replica', () => {
  let cluster: RedisCluster;
  beforeAll(async () => void (cluster = await RedisCluster.start(1, '--cluster-node-timeout', '1000')));
  afterEach(async () => {
    await closeStorages();
    destroyClients();
  });
  afterAll(() => cluster.stop());

  const CLIENTS: readonly [string, () => RedisStorageOptions][] = [
    ['ioredis', () => ({ client: cluster.client() })],
    ['ioredis, which reads from replicas', () => ({ client: cluster.client({ scaleReads: 'slave' }) })],
    ['ioredis with a prefix of its own', () => ({ client: cluster.client({ keyPrefix: 'shop:' }) })],
    ...VERSIONS.map(([name, version]): [string, () => RedisStorageOptions] => [
      name,
      () => ({ client: nodeRedisCluster(version, cluster) }),
    ]),
  ];

  describe.each(CLIENTS)('over %s', (_name, optionsOf) => {
    it('answers for users of every master, and finds what another process has stored', async () => {
      const [one, other] = [await nearStorage(optionsOf()), await nearStorage(optionsOf())];
      for (const user of USERS) await one.save(user, [change(user, 1)]);
      await allCached(other, 1);
      for (const user of USERS) await one.save(user, [change(user, 2, 1)]);
      await allCached(other, 2);
      for (const user of USERS) await one.forget(user);
      for (const user of USERS)
        await eventually(async () => (await other.load(user, ['ab'])).size === 0, `no record of ${user}`);
    });

    it('goes on while slots move from one master to another', async () => {
      const [one, other] = [await nearStorage(optionsOf()), await nearStorage(optionsOf())];
      for (const user of USERS) await one.save(user, [change(user, 1)]);
      await allCached(other, 1);
      await cluster.moveSlots(1_000);
      for (const user of USERS)
        await eventually(
          () =>
            one.save(user, [change(user, 2, 1)]).then(
              () => true,
              () => false,
            ),
          'a save',
        );
      await allCached(other, 2);
      for (const user of USERS) await one.forget(user);
    });
  });

  it('does not stand while a master is lost, and stands again with the replica in its place', async () => {
    const client = cluster.client();
    const [one, other] = [await nearStorage({ client }), await nearStorage({ client: cluster.client() })];
    for (const user of USERS) await one.save(user, [change(user, 1)]);
    await allCached(other, 1);
    await client.call('WAIT', '1', '5000');
    await cluster.nodes[0]?.crash();
    await stands(other, false);
    for (const user of USERS)
      await eventually(() => one.forget(user).then(() => one.save(user, [change(user, 2)])).then(() => true, () => false), 'a save'); // prettier-ignore
    await stands(other);
    await allCached(other, 2);
  });
});

it('a near cache on a primary that Sentinel knows follows it to the replica that takes its place', async () => {
  const primary = await RedisServer.start();
  const replica = await RedisServer.start('--replicaof', '127.0.0.1', String(primary.port));
  const sentinel = await RedisSentinel.start(primary);
  const clientOf = (): Redis =>
    new Redis({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: PRIMARY, disconnectTimeout: 10 });
  const clients = [clientOf(), clientOf()].map((client) => client.on('error', () => undefined));
  try {
    const [one, other] = [await nearStorage({ client: clients[0] }), await nearStorage({ client: clients[1] })];
    for (const user of USERS) await one.save(user, [change(user, 1)]);
    await allCached(other, 1);
    await primary.crash();
    await stands(other, false);
    for (const user of USERS)
      await eventually(() => one.forget(user).then(() => one.save(user, [change(user, 2)])).then(() => true, () => false), 'a save'); // prettier-ignore
    await stands(other);
    await allCached(other, 2);
  } finally {
    await closeStorages();
    for (const client of clients) client.disconnect();
    await Promise.all([sentinel.stop(), primary.stop(), replica.stop()]);
  }
});

describe('a near cache', () => {
  let server: RedisServer;
  beforeAll(async () => void (server = await RedisServer.start()));
  afterEach(async () => {
    await closeStorages();
    await server.client().flushall();
  });
  afterAll(() => server.stop());

  it('never mixes users of two accounts, environments or prefixes on one client', async () => {
    const client = server.client();
    const storages = await Promise.all([
      nearStorage({ client }),
      nearStorage({ client }, { ...SCOPE, accountId: '7' }),
      nearStorage({ client }, { ...SCOPE, environment: 'live2' }),
      nearStorage({ client }, { ...SCOPE, environment: 'live:user' }),
      nearStorage({ client, prefix: 'vwo2' }),
    ]);
    for (const [i, storage] of storages.entries()) await storage.save('ann', [change('ann', i)]);
    for (const storage of storages) await cached(storage, 'ann');
    for (const [i, storage] of storages.entries()) expect(await found(storage, 'ann')).toBe(i);
    await storages[0]?.forget('ann');
    for (const storage of storages.slice(1)) expect(await near(storage, 'ann')).toBeDefined();
  });

  it('knows nobody of before when it is opened for another environment', async () => {
    const storage = await nearStorage({ url: server.url });
    await storage.save('ann', [change('ann', 1)]);
    await cached(storage, 'ann');
    await storage.close();
    await storage.open({ ...SCOPE, environment: 'staging' });
    expect((await storage.load('ann', ['ab'])).size).toBe(0);
    await stands(storage);
    await storage.save('ann', [change('ann', 2)]);
    await cached(storage, 'ann');
    expect(await found(storage, 'ann')).toBe(2);
  });

  it('is told of changes also where nobody opens the storage', async () => {
    const storage = new RedisStorage({ client: server.client(), ...SCOPE, nearCache: {} });
    await storage.save('ann', [change('ann', 1)]);
    await cached(storage, 'ann');
    await storage.close();
    expect(await near(storage, 'ann')).toBeUndefined();
  });

  it('is not told of anything by whom closes it while it opens', async () => {
    const observer = server.client();
    const clients = async (): Promise<number> =>
      String(await observer.client('LIST'))
        .trim()
        .split('\n').length;
    const before = await clients();
    const storage = new RedisStorage({ url: server.url, nearCache: {} });
    const opening = storage.open(SCOPE).catch(() => undefined);
    await storage.close();
    await opening;
    await eventually(async () => (await clients()) === before, 'no connection is left');
    expect(storage.nearCacheStats()?.stands).toBe(false);
  });

  it('holds as many users as it may, those who came last', async () => {
    const storage = await nearStorage({ url: server.url, nearCache: { maxUsers: 3 } });
    for (const user of USERS) {
      await storage.save(user, [change(user, 1)]);
      await cached(storage, user);
    }
    expect(storage.nearCacheStats()?.users).toBe(3);
    for (const user of USERS.slice(-3)) expect(await near(storage, user)).toBeDefined();
    expect(await near(storage, USERS[0] ?? '')).toBeUndefined();
  });

  describe.each([
    ["layout: 'per-user'", {}],
    ["layout: 'per-feature'", { layout: 'per-feature', prefix: 'p:' }],
  ] as const)("with preload: 'declared' and %s", (_layout, options) => {
    const keyed = (key: string, userId = 'ann') => ({ ...change(userId, 1), key });
    const loaded = (storage: RedisStorage, keys: readonly string[]): string[] | undefined => {
      const answer = storage.load('ann', keys, 'keys');
      return answer instanceof Promise ? undefined : [...answer.keys()].sort();
    };

    it('answers for keys that were asked for, and asks Redis for all others', async () => {
      const [storage, other] = [
        await nearStorage({ url: server.url, ...options }),
        await nearStorage({ url: server.url, ...options }),
      ];
      await storage.save('ann', [keyed('a'), keyed('b'), keyed('c')]);
      await eventually(() => storage.nearCacheStats()?.invalidations !== 0, 'its own change');
      expect(loaded(storage, ['a', 'none'])).toBeUndefined();
      await eventually(() => loaded(storage, ['a', 'none'])?.length === 1, 'the first keys');
      expect(loaded(storage, ['a'])).toEqual(['a']);
      expect(loaded(storage, ['none'])).toBeUndefined();
      expect(loaded(storage, ['b', 'a'])).toBeUndefined();
      await eventually(() => loaded(storage, ['b', 'a'])?.length === 2, 'more keys');
      expect(loaded(storage, ['a', 'b', 'none'])).toEqual(['a', 'b']);
      await other.save('ann', [keyed('none')]);
      await eventually(() => loaded(storage, ['a']) === undefined, 'the change');
      expect([...(await storage.load('ann', ['a', 'none'], 'keys')).keys()].sort()).toEqual(['a', 'none']);
    });
  });

  it("finds with layout: 'per-feature' whose records a key may hold", async () => {
    const options = { url: server.url, layout: 'per-feature', prefix: 'p:' } as const;
    const [storage, other] = [await nearStorage(options), await nearStorage(options)];
    const keys = ['a', 'a_b', '_', 'a_b_c_d'];
    const records = [['a_b', 'c'], ['a', 'd_c'], ['a', '_'], ['_', 'x'], ['a_b_c_d', '']] as const; // prettier-ignore
    for (const [key, user] of records) {
      await other.save(user, [{ ...change(user, 1), key }]);
      const answers = (): boolean => !(storage.load(user, keys) instanceof Promise);
      await eventually(async () => answers() || (await storage.load(user, keys)).size === 0, `${user} to be kept`);
      await other.forget(user, keys);
      await eventually(async () => (await storage.load(user, keys)).size === 0, `${user} to be forgotten`);
    }
  });

  it('hands out records that nobody can change', async () => {
    const storage = await nearStorage({ url: server.url });
    const record = { ...change('ann', 1).record, deep: { list: [1] } };
    await storage.save('ann', [{ key: 'ab', record, replaces: undefined }]);
    await cached(storage, 'ann');
    const stored = (await storage.load('ann', ['ab'])).get('ab') as typeof record;
    expect(() => (stored.deep.list[0] = 2)).toThrow(TypeError);
    expect(() => Object.assign(stored, { experimentId: 2 })).toThrow(TypeError);
    const next = change('ann', 2).record;
    await storage.save('ann', [{ key: 'ab', record: next, replaces: stored }]);
    expect((await storage.load('ann', ['ab'])).get('ab')).toEqual(next);
  });
});
