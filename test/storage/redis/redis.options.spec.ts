import { describe, expect, it } from '@jest/globals';
import { RedisStorage, type RedisStorageOptions } from '../../../lib/entries/redis.js';

const URL = 'redis://127.0.0.1:1'; // nobody connects before `open`
const PER_FEATURE = { url: URL, layout: 'per-feature' };

/** A pool of connections of the package `redis`. */
const pool = { isOpen: true, sendCommand: () => Promise.resolve() };

describe('the options of RedisStorage', () => {
  it.each<[object]>([
    [{ url: URL }],
    [{ url: 'rediss://user:secret@host:6380/2' }],
    [{ url: URL, prefix: undefined, layout: undefined, ttl: undefined, accountId: undefined, environment: undefined }],
    [{ url: URL, client: undefined }],
    [{ url: URL, accountId: 123456, environment: 'live', ttl: 1_000 }],
    [{ ...PER_FEATURE, prefix: '' }],
  ])('may be %p', async (options) => {
    await new RedisStorage(options).close();
  });

  it.each<[object, string]>([
    [
      {},
      '`client` must be a Redis or Cluster of ioredis, or a client or cluster of redis, got undefined (or give `url`)',
    ],
    [{ client: null }, '`client` must be a Redis or Cluster of ioredis, or a client or cluster of redis, got null'],
    [
      { client: new Map() },
      '`client` must be a Redis or Cluster of ioredis, or a client or cluster of redis, got an object of Map',
    ],
    [{ client: pool }, 'got an object (other Redis clients are not supported)'],
    [{ url: 'redis://h', client: {} }, '`url` must be left out when `client` is given, got "both"'],
    [{ url: 'localhost:6379' }, '`url` must be a URL that begins with redis:// or rediss://, got "localhost:6379"'],
    [{ url: 6379 }, '`url` must be a URL that begins with redis:// or rediss://, got 6379'],
    [{ url: 'redis://[' }, '`url` must be a URL that begins with redis:// or rediss://, got "redis://["'],
    [{ client: { call: () => 1 } }, 'got an object (other Redis clients are not supported)'],
    [{ url: 'redis://' }, '`url` must be a URL that begins with redis:// or rediss://, got "redis://"'],
    [{ url: 'http://me:secret@host' }, 'must be a URL that begins with redis:// or rediss://, got "http://…@host"'],
    [{ url: URL, ttl: 90 }, '`ttl` must be at least 1000 ms, got 90 (it is in milliseconds)'],
    [{ url: URL, ttl: Infinity }, '`ttl` must be a number of milliseconds, got Infinity'],
    [{ url: URL, ttl: '1000' }, '`ttl` must be a number of milliseconds, got "1000"'],
    [{ url: URL, prefix: '' }, '`prefix` must be a string that is not empty, got ""'],
    [{ url: URL, environment: ' ' }, '`environment` must be a string that is not empty, got " "'],
    [{ url: URL, environment: null }, '`environment` must be a string that is not empty, got null'],
    [{ url: URL, accountId: null }, '`accountId` must be a string that is not empty, got null (or a number)'],
    [{ url: URL, accountId: NaN }, '`accountId` must be a string that is not empty, got NaN (or a number)'],
    [{ url: URL, layout: 'per-campaign' }, "`layout` must be 'per-user' or 'per-feature', got \"per-campaign\""],
    [{ url: URL, keyPrefix: 'x' }, '`RedisStorage options` has no option `keyPrefix`'],
    [{ ...PER_FEATURE, environment: 'live' }, "`environment` must be left out with the layout 'per-feature'"],
    [{ ...PER_FEATURE, accountId: 1 }, "`accountId` must be left out with the layout 'per-feature', got 1"],
    [{ url: URL, nearCache: true }, '`nearCache` must be an object'],
    [{ url: URL, nearCache: { ttl: 1 } }, '`nearCache` has no option `ttl`'],
    [{ url: URL, nearCache: { maxUsers: 0 } }, '`nearCache.maxUsers` must be'],
    [{ url: URL, nearCache: { maxUsers: '5' } }, '`nearCache.maxUsers` must be'],
    [{ ...PER_FEATURE, nearCache: {} }, '`prefix` must be given with `nearCache`'],
    [{ ...PER_FEATURE, prefix: 7 }, '`prefix` must be a string, got 7'],
  ])('are refused, and the error names the option, the rule and what came: %p', (options, message) => {
    expect(() => new RedisStorage(options as RedisStorageOptions)).toThrow(
      expect.objectContaining({ code: 'VWO_OPTIONS', message: expect.stringContaining(message) }),
    );
  });

  it.each([undefined, null, URL].map((given) => [given]))('are an object: %p is refused', (given) => {
    expect(() => new RedisStorage(given as unknown as RedisStorageOptions)).toThrow(
      expect.objectContaining({
        code: 'VWO_OPTIONS',
        message: expect.stringContaining('`RedisStorage options` must be'),
      }),
    );
  });
});
