import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { StoredChange } from '../../../lib/model/index.js';
import { RedisStorage } from '../../../lib/entries/redis.js';
import { destroyClients, type NodeRedis, nodeRedis, nodeRedisCluster, VERSIONS } from '../../redis/node-redis.js';
import { clusterMeanwhile } from '../../redis/cluster-meanwhile.js';
import { RedisServer } from '../../redis/redis-server.js';
import { atLast } from './at-last.js';

const SCOPE = { accountId: '123456', environment: 'live' };
const change: StoredChange = {
  key: 'ab',
  record: { featureKey: 'ab', userId: 'ann', experimentId: 1 },
  replaces: undefined,
};

const whole = clusterMeanwhile();
const toLoseANode = VERSIONS.map(clusterMeanwhile);

describe.each(VERSIONS)('with a client of %s', (_name, redis) => {
  let server: RedisServer;
  beforeEach(async () => void (server = await RedisServer.start()));
  afterEach(async () => {
    destroyClients();
    await server.stop();
  });

  const storageOf = (client: NodeRedis): RedisStorage => new RedisStorage({ client, ...SCOPE });

  test('one that was not connected is connected at its first use, in the context of no request', async () => {
    const client = nodeRedis(redis, server);
    const request = new AsyncLocalStorage<string>();
    const contexts: (string | undefined)[] = [];
    const connect = client.connect.bind(client);
    client.connect = () => (contexts.push(request.getStore()), connect());
    await request.run('ann', () => storageOf(client).load('ann', []));
    expect(contexts).toEqual([undefined]);
    expect(client.isReady).toBe(true);
  });

  test('requests wait for a connection that is just being made, and nothing listens for it afterwards', async () => {
    const client = nodeRedis(redis, server);
    void client.connect();
    const storage = storageOf(client);
    const before = listeners(client);
    await Promise.all(Array.from({ length: 100 }, async () => storage.load('ann', [])));
    expect(listeners(client)).toEqual(before);
  });

  test('it is listened to once, however many storages use it', async () => {
    const client = nodeRedis(redis, server);
    for (let i = 0; i < 20; i++) storageOf(client);
    expect(Math.max(...listeners(client))).toBeLessThanOrEqual(1);
    await storageOf(client).load('ann', []);
  });

  test('while Redis is away every call fails at once and says why; it works again when Redis is back', async () => {
    const client = nodeRedis(redis, server, { socket: { reconnectStrategy: 20 } });
    const storage = storageOf(client);
    await storage.save('ann', [change]);
    await server.crash();
    const failure = await atLast(() => storage.load('ann', []), 'fails');
    expect(failure).toMatchObject({ code: 'VWO_STORAGE' });
    for (const call of [storage.load('ann', []), storage.save('ann', [change]), storage.forget('ann')]) {
      await expect(call).rejects.toMatchObject({
        code: 'VWO_STORAGE',
        message: expect.stringMatching(/^Redis is away: .+ \(it works again as soon as node-redis has reconnected\)$/),
      });
    }
    await server.up();
    await atLast(() => storage.save('ann', [change]), 'works');
    expect((await storage.load('ann', [])).get('ab')).toEqual(change.record);
  });

  test('a start fails where the first attempt does, and a later one waits for the next attempt', async () => {
    await server.crash();
    const client = nodeRedis(redis, server, { socket: { reconnectStrategy: 20 } });
    const storage = storageOf(client);
    await expect(storage.open(SCOPE)).rejects.toThrow(/^Redis is away: .*ECONNREFUSED/);
    await server.up();
    await atLast(() => storage.open(SCOPE), 'works');
    await expect(storage.load('ann', [])).resolves.toHaveProperty('size', 0);
  });

  test('a client that gives up after its first failure is connected anew at the next use', async () => {
    await server.crash();
    const storage = storageOf(nodeRedis(redis, server, { socket: { reconnectStrategy: false } }));
    await expect(storage.load('ann', [])).rejects.toMatchObject({ code: 'VWO_STORAGE' });
    await server.up();
    await expect(storage.load('ann', [])).resolves.toHaveProperty('size', 0);
  });

  test('it stays open when the storage is closed, and is not opened again when its owner has closed it', async () => {
    const client = nodeRedis(redis, server);
    const storage = storageOf(client);
    await storage.load('ann', []);
    await storage.close();
    expect(await client.ping()).toBe('PONG');
    await client.close();
    await expect(storage.load('ann', [])).rejects.toThrow('Redis is away (the client was closed)');
    expect(client.isOpen).toBe(false);
  });

  test('one that was closed before its first use is not opened again either', async () => {
    const client = nodeRedis(redis, server);
    const storage = storageOf(client);
    await client.connect();
    await client.close();
    await expect(storage.load('ann', [])).rejects.toThrow('the client was closed');
  });

  test('the script is brought back where Redis lost it', async () => {
    const storage = storageOf(nodeRedis(redis, server));
    await storage.save('ann', [change]);
    await server.client().script('FLUSH');
    await storage.save('bob', [change]);
    expect((await storage.load('bob', [])).size).toBe(1);
  });

  test('a replica that refuses to write is an error that says the cure', async () => {
    const storage = storageOf(nodeRedis(redis, server));
    await storage.load('ann', []);
    await server.client().call('REPLICAOF', '127.0.0.1', '1');
    await expect(storage.save('ann', [change])).rejects.toThrow(/READONLY.*connect your Redis client anew$/);
  });
});

describe('with a cluster client', () => {
  afterEach(destroyClients);

  test.each(VERSIONS.map(([name, redis], i) => ({ name, redis, clusterOf: toLoseANode[i]! })))(
    'of $name the users of the other nodes go on when one node is gone, and it tells a closed one',
    async ({ redis, clusterOf }) => {
      const cluster = await clusterOf();
      const client = nodeRedisCluster(redis, cluster);
      const storage = new RedisStorage({ client, ...SCOPE });
      await storage.open(SCOPE);
      const users = Array.from({ length: 30 }, (_, i) => `user-${i}`);
      for (const user of users) await storage.save(user, [change]);
      await cluster.nodes[0]?.crash();
      const outcomes = await atLast(async () => {
        const all = await Promise.allSettled(users.map(async (user) => storage.load(user, [])));
        return all.some(({ status }) => status === 'rejected') ? all : Promise.reject(new Error('none failed'));
      }, 'works');
      const loaded = (outcomes as PromiseSettledResult<{ size: number }>[]).filter(
        ({ status }) => status === 'fulfilled',
      );
      expect(loaded.length).toBeGreaterThan(0);
      await client.close();
      await expect(storage.load('user-0', [])).rejects.toThrow('the client was closed');
    },
  );

  test.each(VERSIONS)('of %s a start waits for nodes that take their time', async (_name, redis) => {
    const cluster = await whole();
    for (const node of cluster.nodes) node.freeze();
    const client = nodeRedisCluster(redis, cluster);
    const storage = new RedisStorage({ client, ...SCOPE });
    const opening = storage.open(SCOPE);
    for (const node of cluster.nodes) node.thaw();
    await opening;
    await storage.save('ann', [change]);
  });
});

function listeners(client: NodeRedis): readonly number[] {
  return ['error', 'connect', 'ready', 'end', 'disconnect'].map((event) => client.listenerCount(event));
}
