import { knownKeys, refuse, text } from '../../option-rules.js';
import { ttlOption } from '../storage-ttl.js';
import { OwnRedisConnection } from './own-redis.connection.js';
import { type RedisClient, RedisConnection } from './redis.connection.js';

export interface RedisStorageOptions {
  /** An ioredis `Redis` or `Cluster` of yours; never closed here. Either this or `url`. */
  client?: RedisClient;
  /** `redis://` or `rediss://`: a connection of the storage's own, closed with it. For Cluster or Sentinel give `client`. */
  url?: string;
  /** First part of every key. @default 'vwo' */
  prefix?: string;
  /** @default the client's `accountId` */
  accountId?: string | number;
  /** Keeps environments apart, and joins those that say the same. @default the client's `environment` */
  environment?: string;
  /** How long a user's records live after the last write, in ms. @default 90 days */
  ttl?: number;
}

export interface ResolvedRedisOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly accountId: string | undefined;
  readonly environment: string | undefined;
  readonly ttl: number;
}

/** Checks what was given and fills in the defaults. */
export function resolveRedisOptions(given: RedisStorageOptions): ResolvedRedisOptions {
  knownKeys('RedisStorage options', given, ['client', 'url', 'prefix', 'accountId', 'environment', 'ttl']);
  return {
    prefix: text('prefix', given.prefix ?? 'vwo'),
    accountId: given.accountId === undefined ? undefined : text('accountId', String(given.accountId)),
    environment: given.environment === undefined ? undefined : text('environment', given.environment),
    ttl: ttlOption(given.ttl),
    connection: connectionOption(given),
  };
}

function connectionOption({ client, url }: RedisStorageOptions): RedisConnection {
  if (client !== undefined && url !== undefined) refuse('url', 'left out when `client` is given', 'both');
  if (client === undefined && url === undefined)
    refuse('client', 'a Redis or Cluster of ioredis', client, 'or give `url`');
  if (client === undefined) return OwnRedisConnection.to(url);
  if (typeof client?.call === 'function' && typeof client.status === 'string') return new RedisConnection(client);
  return refuse('client', 'a Redis or Cluster of ioredis', client, 'other Redis clients are not supported');
}
