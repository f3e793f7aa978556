import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { VwoEdge } from '../../lib/entries/edge.js';
import { RedisCluster } from '../redis/redis-cluster.js';
import { PRIMARY, RedisSentinel } from '../redis/redis-sentinel.js';
import { RedisServer } from '../redis/redis-server.js';
import { TcpRelay } from '../redis/tcp-relay.js';
import { publish } from './account.js';
import type { RedisPlace } from './redis-place.js';

/** What surrounds the application, and can fail: Redis, and VWO. */
export interface Stage {
  readonly place: RedisPlace;
  /** The only server, the primary, or a master of the cluster. */
  readonly redis: RedisServer;
  readonly edge: VwoEdge;
  /** A connection of the stage's own to `redis`, which the faults leave alone. */
  readonly admin: Redis;
  /** Between the application and Redis, where the stage is `relayed`. */
  readonly relay: TcpRelay | undefined;
  readonly cluster: RedisCluster | undefined;
  close(): Promise<void>;
}

/** `relayed`: one server, behind a relay. */
export type StageKind = 'one' | 'relayed' | 'sentinel' | 'cluster';

type Servers = Pick<Stage, 'place' | 'redis'> & Partial<Stage> & { readonly stop: () => Promise<unknown> };

/** What is kept of the events: of more users than any run has. */
const EVENTS = 5_000_000;

/** @param version of the settings */
export async function startStage(kind: StageKind, version: number): Promise<Stage> {
  const { stop, ...servers } = await SERVERS[kind]();
  const edge = await VwoEdge.start({ keep: { events: EVENTS, requests: 0 } });
  publish(edge, version);
  const close = async (): Promise<void> => {
    await edge.close();
    await stop();
  };
  return { relay: undefined, cluster: undefined, ...servers, edge, admin: servers.redis.client(), close };
}

const SERVERS: Readonly<Record<StageKind, () => Promise<Servers>>> = {
  async one() {
    const { redis, stop } = await durable();
    return { place: { kind: 'url', url: redis.url }, redis, stop };
  },
  async relayed() {
    const { redis, stop } = await durable();
    const relay = await TcpRelay.start(redis.port);
    const place: RedisPlace = { kind: 'url', url: `redis://127.0.0.1:${relay.port}` };
    return { place, redis, relay, stop: () => Promise.all([relay.stop(), stop()]) };
  },
  async sentinel() {
    const redis = await RedisServer.start();
    const replica = await RedisServer.start('--replicaof', '127.0.0.1', String(redis.port));
    const sentinel = await RedisSentinel.start(redis);
    const place: RedisPlace = { kind: 'sentinel', port: sentinel.port, name: PRIMARY };
    return { place, redis, stop: () => Promise.all([sentinel.stop(), redis.stop(), replica.stop()]) };
  },
  async cluster() {
    const cluster = await RedisCluster.start(1, '--cluster-node-timeout', '1000');
    const [redis] = cluster.nodes;
    if (!redis) throw new Error('a cluster without nodes');
    const place: RedisPlace = { kind: 'cluster', ports: cluster.nodes.map(({ port }) => port) };
    return { place, redis, cluster, stop: () => cluster.stop() };
  },
};

/** A server that has its data again when it is started again. */
async function durable(): Promise<{ readonly redis: RedisServer; readonly stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'vwo-faults-'));
  const redis = await RedisServer.start('--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always');
  const stop = async (): Promise<void> => {
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { redis, stop };
}
