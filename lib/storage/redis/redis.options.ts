import { knownKeys, oneOf, refuse, text } from '../../common/index.js';
import { ttlOption } from '../storage-ttl.js';
import { OwnRedisConnection } from './own-redis.connection.js';
import { PerFeatureLayout } from './per-feature.layout.js';
import type { RedisClient } from './redis.client.js';
import { RedisConnection } from './redis.connection.js';
import type { RedisLayout } from './redis.layout.js';
import { UserHashLayout } from './user-hash.layout.js';

export interface RedisStorageOptions {
  /** An ioredis `Redis` or `Cluster` of yours; never closed here. Either this or `url`. */
  client?: RedisClient;
  /** `redis://` or `rediss://`: a connection of the storage's own, closed with it. For Cluster or Sentinel give `client`. */
  url?: string;
  /** Under which keys records stand: one hash per user, or one string per record, as other languages' SDKs have it. @default 'per-user' */
  layout?: 'per-user' | 'per-feature';
  /** First part of every key; with `per-feature` as it is, e.g. `'vwo-live:'`. @default 'vwo', with `per-feature` none */
  prefix?: string;
  /** Not with `per-feature`, whose keys know no account. @default the client's `accountId` */
  accountId?: string | number;
  /** Keeps environments apart, and joins those that say the same. Not with `per-feature`. @default the client's `environment` */
  environment?: string;
  /** How long a user's records live after the last write, in ms. @default 90 days */
  ttl?: number;
}

export interface ResolvedRedisOptions {
  readonly connection: RedisConnection;
  readonly layout: RedisLayout;
  readonly accountId: string | undefined;
  readonly environment: string | undefined;
}

/** Checks what was given and fills in the defaults. */
export function resolveRedisOptions(given: RedisStorageOptions): ResolvedRedisOptions {
  knownKeys('RedisStorage options', given, ['client', 'url', 'layout', 'prefix', 'accountId', 'environment', 'ttl']);
  const connection = connectionOption(given);
  return {
    connection,
    layout: layoutOption(given, connection),
    accountId: given.accountId === undefined ? undefined : text('accountId', String(given.accountId)),
    environment: given.environment === undefined ? undefined : text('environment', given.environment),
  };
}

function layoutOption(given: RedisStorageOptions, connection: RedisConnection): RedisLayout {
  const { prefix } = given;
  const ttl = ttlOption(given.ttl);
  const layout = oneOf('layout', given.layout ?? 'per-user', ['per-user', 'per-feature']);
  if (layout === 'per-user') return new UserHashLayout(connection, text('prefix', prefix ?? 'vwo'), ttl);
  for (const name of ['accountId', 'environment'] as const) {
    if (given[name] === undefined) continue;
    refuse(name, "left out with the layout 'per-feature'", given[name], 'its keys know no such thing: use `prefix`');
  }
  if (prefix !== undefined && typeof prefix !== 'string') refuse('prefix', 'a string', prefix);
  return new PerFeatureLayout(connection, prefix ?? '', ttl);
}

function connectionOption({ client, url }: RedisStorageOptions): RedisConnection {
  if (client !== undefined && url !== undefined) refuse('url', 'left out when `client` is given', 'both');
  if (client === undefined && url === undefined)
    refuse('client', 'a Redis or Cluster of ioredis', client, 'or give `url`');
  if (client === undefined) return OwnRedisConnection.to(url);
  if (typeof client?.call === 'function' && typeof client.status === 'string') return new RedisConnection(client);
  return refuse('client', 'a Redis or Cluster of ioredis', client, 'other Redis clients are not supported');
}
