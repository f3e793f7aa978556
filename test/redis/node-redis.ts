import * as newest from 'redis';
import * as redis5 from 'redis-5';
import type { RedisClient } from '../../lib/entries/redis.js';
import type { RedisCluster } from './redis-cluster.js';
import type { RedisServer } from './redis-server.js';

/** A client of the package redis, whichever version, as far as tests use it. */
export type NodeRedis = RedisClient & {
  readonly isOpen: boolean;
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  close(): Promise<unknown>;
  destroy(): void;
  ping(): Promise<unknown>;
  listenerCount(event: string): number;
};

export const redis6 = newest as unknown as typeof redis5;

/** The versions that `RedisStorage` accepts, oldest first. */
export const VERSIONS = [
  ['redis 5', redis5],
  ['redis 6', redis6],
] as const;

type Version = (typeof VERSIONS)[number][1];
type ClientOptions = NonNullable<Parameters<Version['createClient']>[0]> & { readonly keyPrefix?: string | Buffer };

const clients: NodeRedis[] = [];

/** A client that is not connected yet, and that `destroyClients` ends. */
export function nodeRedis(redis: Version, { url }: Pick<RedisServer, 'url'>, options: ClientOptions = {}): NodeRedis {
  return kept(redis.createClient({ ...options, url }) as unknown as NodeRedis);
}

/** As the application makes it: a node that is away keeps nothing for later. */
export function nodeRedisCluster(redis: Version, { nodes }: RedisCluster): NodeRedis {
  const rootNodes = nodes.map(({ url }) => ({ url }));
  return kept(redis.createCluster({ rootNodes, defaults: { disableOfflineQueue: true } }) as unknown as NodeRedis);
}

export function destroyClients(): void {
  for (const client of clients.splice(0)) if (client.isOpen) client.destroy();
}

function kept(client: NodeRedis): NodeRedis {
  clients.push(client);
  return client;
}
