import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { nodeRedisListener } from '../../lib/redis/node-redis.listener.js';
import { eventually } from '../common/waiting.js';
import { clusterMeanwhile } from './cluster-meanwhile.js';
import { destroyClients, nodeRedis, nodeRedisCluster, VERSIONS } from './node-redis.js';
import { RedisServer } from './redis-server.js';

let server: RedisServer;
beforeAll(async () => (server = await RedisServer.start()));
afterAll(() => server.stop());
afterEach(destroyClients);
const cluster = clusterMeanwhile();

const NOTHING = { heard: () => undefined, lost: () => undefined };

/** How many connections Redis has had until now, and has. */
async function connections(redis: Redis): Promise<{ had: number; has: number }> {
  const info = await redis.info();
  const of = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return { had: of('total_connections_received'), has: of('connected_clients') };
}

describe.each(VERSIONS)('listening over %s', (_name, redis) => {
  it('leaves no connection behind that is being made while it is closed', async () => {
    const observer = server.client();
    const before = await connections(observer);
    nodeRedisListener(nodeRedis(redis, server), 'news', NOTHING).close();
    await eventually(async () => (await connections(observer)).had > before.had, 'it has connected');
    await eventually(async () => (await connections(observer)).has === before.has, 'it is gone');
  });

  it('ends while its Redis is away, before an attempt and between two', async () => {
    const away = await RedisServer.start();
    await away.crash();
    for (const attempts of [0, 2]) {
      const client = nodeRedis(redis, away);
      const own = client.duplicate?.() as ReturnType<typeof nodeRedis>;
      const told = { errors: 0 };
      const listener = nodeRedisListener({ duplicate: () => own }, 'news', NOTHING);
      (own as unknown as { on(event: string, told: () => void): void }).on('error', () => void (told.errors += 1));
      await eventually(() => told.errors >= attempts, 'an attempt');
      listener.close();
      await eventually(() => !own.isOpen, 'it has ended');
    }
    await away.stop();
  });

  it('leaves no connection to a Cluster behind', async () => {
    const nodes = await cluster();
    const observers = nodes.nodes.map((node) => node.client());
    const sum = async (what: 'had' | 'has'): Promise<number> =>
      (await Promise.all(observers.map(connections))).reduce((total, node) => total + node[what], 0);
    const client = nodeRedisCluster(redis, nodes);
    expect(() => nodeRedisListener(client, 'news', NOTHING)).toThrow('No node of the Redis Cluster is known yet');
    await client.connect();
    const before = { had: await sum('had'), has: await sum('has') };
    nodeRedisListener(client, 'news', NOTHING).close();
    await eventually(async () => (await sum('had')) > before.had, 'it has connected');
    await eventually(async () => (await sum('has')) === before.has, 'it is gone');
  });
});
