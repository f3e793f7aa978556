import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisSettingsStore, type RedisSettingsStoreOptions } from '../../../lib/entries/redis.js';
import { eventually } from '../../common/waiting.js';
import { clusterMeanwhile } from '../../redis/cluster-meanwhile.js';
import { destroyClients, nodeRedis, nodeRedisCluster, VERSIONS } from '../../redis/node-redis.js';
import { RedisServer } from '../../redis/redis-server.js';
import { ADDRESS } from '../store/stored.fixture.js';

let server: RedisServer;
beforeAll(async () => (server = await RedisServer.start()));
afterAll(() => server.stop());
const cluster = clusterMeanwhile();

const ends: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map(async (end) => end()));
  destroyClients();
  await server.client().flushall();
});

/** A store that counts what it is told of. */
function watched(options: RedisSettingsStoreOptions) {
  const store = new RedisSettingsStore(options);
  const told = { times: 0 };
  ends.push(store.watch(ADDRESS, () => void (told.times += 1)));
  return { store, told };
}

const kept = (mark: string) => ({ settings: `{"accountId":123456, "mark":"${mark}", "empty":{}}`, age: 0 });

const [[, redis5], [, redis6]] = VERSIONS;
const places: [string, () => RedisSettingsStoreOptions][] = [
  ['a URL', () => ({ url: server.url })],
  ['ioredis', () => ({ client: server.client() })],
  [
    'ioredis that keeps nothing for later',
    () => ({ client: server.client({ enableOfflineQueue: false, lazyConnect: true }) }),
  ],
  ['ioredis with a prefix of its own', () => ({ client: server.client({ keyPrefix: 'shop:' }) })],
  ['ioredis that gives numbers as text', () => ({ client: server.client({ stringNumbers: true }) })],
  ['redis 5', () => ({ client: nodeRedis(redis5, server) })],
  ['redis 6', () => ({ client: nodeRedis(redis6, server) })],
];

describe.each(places)('RedisSettingsStore over %s', (_name, options) => {
  it('gives what it keeps, with its age by the clock of Redis', async () => {
    const { store } = watched(options());
    expect(await store.load(ADDRESS)).toBeUndefined();
    await store.save(ADDRESS, { ...kept('one'), age: 5_000 });
    const found = await store.load(ADDRESS);
    expect(found?.settings).toEqual(kept('one').settings);
    expect(found?.age).toBeGreaterThanOrEqual(5_000);
    expect(found?.age).toBeLessThan(65_000);
    expect(await store.load({ ...ADDRESS, environment: 'live' })).toBeUndefined();
  });

  it('leaves out what was fetched before what is kept', async () => {
    const { store } = watched(options());
    await store.save(ADDRESS, kept('new'));
    await store.save(ADDRESS, { ...kept('old'), age: 60_000 });
    expect((await store.load(ADDRESS))?.settings).toBe(kept('new').settings);
  });

  it('takes what is fetched now for what was written by a clock that was ahead', async () => {
    const { store } = watched(options());
    await store.save(ADDRESS, { ...kept('ahead'), age: -86_400_000 });
    expect((await store.load(ADDRESS))?.age).toBeLessThan(-86_000_000);
    await store.save(ADDRESS, kept('now'));
    expect((await store.load(ADDRESS))?.settings).toBe(kept('now').settings);
  });

  it('gives the turn to one', async () => {
    const given = options();
    const stores = [watched(given), watched(given)];
    const claims = await Promise.all(
      stores.flatMap(({ store }) => [store.claim(ADDRESS, 60_000), store.claim(ADDRESS, 60_000)]),
    );
    expect(claims.filter(Boolean)).toEqual([true]);
  });

  it('tells the others of other settings, and of the same ones not', async () => {
    const given = options();
    const [writer, reader] = [watched(given), watched(given)];
    await eventually(() => writer.told.times > 0 && reader.told.times > 0, 'both listen');
    const before = reader.told.times;
    await writer.store.save(ADDRESS, kept('one'));
    await eventually(() => reader.told.times > before, 'a notice');
    await writer.store.save(ADDRESS, kept('one'));
    await writer.store.save({ ...ADDRESS, environment: 'live' }, kept('one'));
    await writer.store.save(ADDRESS, kept('two'));
    await eventually(() => reader.told.times > before + 1, 'the next notice');
    expect(reader.told.times).toBe(before + 2);
  });
});

describe('RedisSettingsStore', () => {
  it('listens again after Redis was away, and has it looked for what was told meanwhile', async () => {
    for (const options of [{ url: server.url }, { client: server.client() }, { client: nodeRedis(redis6, server) }]) {
      const { store, told } = watched(options);
      await eventually(() => told.times === 1, 'it listens');
      await server.crash();
      await server.up();
      await eventually(() => told.times === 2, 'it listens again');
      await eventually(() => store.save(ADDRESS, kept('again')).then(() => true, () => false), 'a save'); // prettier-ignore
      await eventually(() => told.times > 2, 'a notice');
      await server.client().flushall();
    }
  });

  it('listens as soon as there is a Redis, where there was none at first', async () => {
    const late = await RedisServer.start();
    await late.crash();
    ends.push(() => late.stop());
    const stores = [{ url: late.url }, { client: late.client() }, { client: nodeRedis(redis5, late) }].map(watched);
    await Promise.all(stores.map(({ store }) => expect(store.load(ADDRESS)).rejects.toThrow('Redis')));
    await late.up();
    await eventually(() => stores.every(({ told }) => told.times > 0), 'all listen');
  });

  it.each([
    ['ioredis', () => cluster().then((nodes) => nodes.client())],
    ['redis 6', () => cluster().then((nodes) => nodeRedisCluster(redis6, nodes))],
  ])('works in a Cluster, over %s', async (name, connect) => {
    const client = await connect();
    const [writer, reader] = [watched({ client }), watched({ client })];
    await eventually(() => reader.told.times > 0, 'it listens');
    const before = reader.told.times;
    await writer.store.save(ADDRESS, kept(name));
    await eventually(() => reader.told.times > before, 'a notice');
    expect((await reader.store.load(ADDRESS))?.settings).toBe(kept(name).settings);
    const of = { ...ADDRESS, environment: name };
    expect([await reader.store.claim(of, 60_000), await writer.store.claim(of, 60_000)]).toEqual([true, false]);
  });

  it('leaves no connection behind, and closes none of the application', async () => {
    const client = server.client();
    const connections = async (): Promise<number> =>
      String(await client.call('CLIENT', 'LIST'))
        .trim()
        .split('\n').length;
    await client.ping();
    const before = await connections();
    const stores = [watched({ client }), watched({ url: server.url }), watched({ client: nodeRedis(redis5, server) })];
    await eventually(() => stores.every(({ told }) => told.times > 0), 'all listen');
    await Promise.all(ends.splice(0).map(async (end) => end()));
    destroyClients();
    await eventually(async () => (await connections()) === before, 'all are closed');
    await expect(client.ping()).resolves.toBe('PONG');
  });

  it.each([0, 1])(
    'does not take settings for new that Redis takes over late, as it stood still (after command %d)',
    async (frozenAfter) => {
      const client = server.client();
      const { store, told } = watched({ client });
      await eventually(() => told.times > 0, 'it listens');
      await store.save({ ...ADDRESS, environment: 'known' }, kept('x')); // Redis knows the scripts from now on
      const call = client.call.bind(client) as (...args: unknown[]) => Promise<unknown>;
      let commands = 0;
      client.call = async (...args: unknown[]) => {
        if (commands === frozenAfter) server.freeze();
        commands += 1;
        return call(...args);
      };
      const began = performance.now();
      const saving = store.save(ADDRESS, kept('old'));
      await eventually(() => commands === frozenAfter + 1, 'it stands still');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const stood = performance.now() - began;
      server.thaw();
      await saving;
      expect((await store.load(ADDRESS))?.age).toBeGreaterThan(stood - 100);
    },
  );

  it('rejects what somebody else has written under its key', async () => {
    const { store } = watched({ url: server.url, prefix: 'mine' });
    const key = `mine:fme:123456:${ADDRESS.environment}`;
    await server.client().set(key, 'text');
    await expect(store.load(ADDRESS)).rejects.toThrow('WRONGTYPE');
    await expect(store.save(ADDRESS, kept('one'))).rejects.toThrow('WRONGTYPE');
  });

  it.each([
    [{}, '`client` must be'],
    [{ url: 'http://x' }, '`url` must be'],
    [{ url: 'redis://x', prefix: '' }, '`prefix` must be'],
    [{ url: 'redis://x', layout: 'x' }, 'has no option `layout`'],
  ])('refuses %j', (options, message) => {
    expect(() => new RedisSettingsStore(options)).toThrow(message);
  });

  it('refuses a client that cannot be doubled', () => {
    const client = Object.assign(Object.create(server.client()) as ReturnType<RedisServer['client']>, {
      duplicate: undefined,
    });
    expect(() => new RedisSettingsStore({ client: client as never })).toThrow('an object with a method `duplicate`');
  });
});
