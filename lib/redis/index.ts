import { refuse } from '../common/index.js';
import { type IoredisClient, IoredisPort, isIoredis } from './ioredis.port.js';
import { isNodeRedis, type NodeRedisClient, NodeRedisPort } from './node-redis.port.js';
import { OwnRedisConnection } from './own-redis.connection.js';
import { RedisConnection } from './redis.connection.js';

export * from './redis-script.js';
export { RedisSubscription } from './redis.subscription.js';
export { RedisTracking } from './redis.tracking.js';
export { RedisConnection };

/** A `Redis` or `Cluster` of ioredis, or what `createClient` or `createCluster` of the package redis give. */
export type RedisClient = IoredisClient | NodeRedisClient;

const CLIENT = 'a Redis or Cluster of ioredis, or a client or cluster of redis';

/** The connection that the options ask for: over a client of the application's, or one of our own. Throws `VwoOptionsError`. */
export function connectionTo(client: RedisClient | undefined, url: string | undefined): RedisConnection {
  if (client !== undefined && url !== undefined) refuse('url', 'left out when `client` is given', 'both');
  if (client === undefined)
    return url === undefined ? refuse('client', CLIENT, client, 'or give `url`') : OwnRedisConnection.to(url);
  const given: unknown = client;
  if (typeof given !== 'object' || given === null) return refuse('client', CLIENT, given);
  if (isIoredis(given)) return new RedisConnection(IoredisPort.of(given));
  if (isNodeRedis(given)) return new RedisConnection(NodeRedisPort.of(given));
  return refuse('client', CLIENT, given, 'other Redis clients are not supported');
}
