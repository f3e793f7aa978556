import { knownKeys, oneOf, refuse, text, wholeNumber } from '../../common/index.js';
import { ttlOption } from '../storage-ttl.js';
import { connectionTo, type RedisClient, type RedisConnection } from '../../redis/index.js';
import { PerFeatureLayout } from './per-feature.layout.js';
import { NearRecords } from './near.records.js';
import type { RedisLayout, RedisRecords } from './redis.layout.js';
import { UserHashLayout } from './user-hash.layout.js';

/** What `new RedisStorage(…)` takes: `client` or `url`, and what has a default. Anything that cannot work is a `VwoOptionsError`. */
export interface RedisStorageOptions {
  /**
   * A `Redis` or `Cluster` of ioredis 5.3 or later, or what `createClient` or `createCluster` of the package redis 5 or 6 give.
   * It is made by the application and never closed here; one that was not connected is connected at its first use. Its own
   * options say how it reconnects; behind an address that fails over ioredis needs `reconnectOnError` (see the error that
   * READONLY gives).
   */
  client?: RedisClient;
  /**
   * `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS: a connection of the storage's own, opened
   * and closed with the client that uses it, by ioredis. A command without an answer fails after 1 s. For Cluster or Sentinel give `client`.
   */
  url?: string;
  /** Under which keys records stand: see `RedisStorage`. Decisions under the one are not found under the other. @default 'per-user' */
  layout?: 'per-user' | 'per-feature';
  /**
   * First part of every key: with `per-user` it is followed by a colon, with `per-feature` it stands as it is, e.g.
   * `'vwo-live:'`. @default 'vwo', with `per-feature` none
   */
  prefix?: string;
  /** The second part of every key with `per-user`; refused with `per-feature`. @default the account of the VWO client that opens it */
  accountId?: string | number;
  /**
   * The third part of every key with `per-user`; refused with `per-feature`. Services that say the same share decisions.
   * @default the option `environment` of the VWO client that opens it, or else a digest of its SDK key
   */
  environment?: string;
  /** How long records live after the last write, in ms, 1,000 or more: all of a user's together, with `per-feature` each by itself. @default 90 days */
  ttl?: number;
  /**
   * Keeps the records of the users who came last in this process too, and answers from there without asking Redis. Redis tells which
   * records change, over a connection of the cache's own to each server; while that does not stand, Redis is asked. @default none
   */
  nearCache?: RedisNearCacheOptions;
}

export interface RedisNearCacheOptions {
  /** Users kept at once; past it the least recently used goes. @default 10_000 */
  maxUsers?: number;
}

export interface ResolvedRedisOptions {
  readonly connection: RedisConnection;
  readonly records: RedisRecords;
  readonly near: NearRecords | undefined;
  readonly accountId: string | undefined;
  readonly environment: string | undefined;
}

const OPTIONS = ['client', 'url', 'layout', 'prefix', 'accountId', 'environment', 'ttl', 'nearCache'];

/** Checks what was given and fills in the defaults. */
export function resolveRedisOptions(given: RedisStorageOptions): ResolvedRedisOptions {
  knownKeys('RedisStorage options', given, OPTIONS);
  const connection = connectionTo(given.client, given.url);
  const layout = layoutOption(given, connection);
  const near = given.nearCache === undefined ? undefined : nearOption(given.nearCache, layout, connection);
  return {
    connection,
    records: near ?? layout,
    near,
    accountId: given.accountId === undefined ? undefined : accountOption(given.accountId),
    environment: given.environment === undefined ? undefined : text('environment', given.environment),
  };
}

function nearOption(given: RedisNearCacheOptions, layout: RedisLayout, connection: RedisConnection): NearRecords {
  knownKeys('nearCache', given, ['maxUsers']);
  if (layout.root === '')
    refuse(
      'prefix',
      'given with `nearCache`',
      undefined,
      'Redis would tell each process of every key of all that it holds',
    );
  const maxUsers = wholeNumber('nearCache.maxUsers', given.maxUsers ?? 10_000, { max: 100_000_000 });
  return new NearRecords(layout, connection, maxUsers);
}

function accountOption(value: unknown): string {
  if (Number.isInteger(value)) return String(value);
  return text('accountId', value, 'or a number');
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
