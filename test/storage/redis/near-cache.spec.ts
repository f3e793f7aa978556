import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { RedisStorage, type RedisStorageOptions } from '../../../lib/entries/redis.js';
import { NEAR_CACHE } from '../../../lib/storage/near-cache.js';
import { eventually } from '../../common/waiting.js';
import { destroyClients, nodeRedis, redis6, VERSIONS } from '../../redis/node-redis.js';
import { RedisServer } from '../../redis/redis-server.js';
import { cached, change, closeStorages, found, near, nearStorage, stands } from './near-storages.js';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  redis = server.client();
});
beforeEach(() => redis.flushall());
afterEach(async () => {
  await closeStorages();
  destroyClients();
});
afterAll(() => server.stop());

const CLIENTS: readonly [string, () => RedisStorageOptions][] = [
  ['a connection of its own', () => ({ url: server.url })],
  ['ioredis', () => ({ client: server.client() })],
  ['ioredis with a prefix of its own', () => ({ client: server.client({ keyPrefix: 'shop,ü:' }) })],
  ...VERSIONS.map(([name, version]): [string, () => RedisStorageOptions] => [
    name,
    () => ({ client: nodeRedis(version, server) }),
  ]),
  ['redis 6 with a prefix of its own', () => ({ client: nodeRedis(redis6, server, { keyPrefix: 'shop,ü:' }) })],
];

/** As another process would. */
const hash = (userId: string, options: RedisStorageOptions): string =>
  `${options.client && 'options' in options.client ? String((options.client as Redis).options.keyPrefix ?? '') : ''}vwo:123456:live:${userId}`;

describe.each(CLIENTS)('the near cache of a RedisStorage, over %s', (_name, optionsOf) => {
  it('answers a user who was read before without a promise, and without asking Redis', async () => {
    const storage = await nearStorage(optionsOf());
    await storage.save('ann', [change('ann', 1)]);
    await cached(storage, 'ann');
    await redis.config('RESETSTAT');
    const before = storage.nearCacheStats();
    const answer = storage.load('ann', ['ab']);
    expect(answer).not.toBeInstanceOf(Promise);
    expect((await answer).get('ab')).toEqual(change('ann', 1).record);
    expect(storage.load('ann', ['ab'])).toBe(answer);
    expect(await redis.info('commandstats')).not.toMatch(/cmdstat_hgetall/);
    expect(storage.nearCacheStats()).toEqual({ ...before, hits: (before?.hits ?? 0) + 2 });
  });

  it('finds what another process has stored as soon as Redis has told it', async () => {
    const [one, other] = [await nearStorage(optionsOf()), await nearStorage(optionsOf())];
    await one.save('ann', [change('ann', 1)]);
    await cached(other, 'ann');
    await one.save('ann', [change('ann', 2, 1)]);
    await eventually(async () => (await found(other, 'ann')) === 2, 'the new record');
    await cached(other, 'ann');
    await one.forget('ann');
    await eventually(async () => (await other.load('ann', ['ab'])).size === 0, 'no record');
    expect(await near(other, 'ann')).toBeUndefined();
  });

  it('finds at once what its own process has stored or forgotten', async () => {
    const storage = await nearStorage(optionsOf());
    await storage.save('ann', [change('ann', 0)]);
    for (let i = 1; i <= 50; i++) {
      await cached(storage, 'ann');
      const saving = storage.save('ann', [change('ann', i, i - 1)]);
      expect(await found(storage, 'ann')).toBe(i); // also before it is known to be stored
      await saving;
      expect(await found(storage, 'ann')).toBe(i);
    }
    await cached(storage, 'ann');
    await storage.forget('ann');
    expect((await storage.load('ann', ['ab'])).size).toBe(0);
  });

  it('asks Redis each time of whom nothing is stored', async () => {
    const storage = await nearStorage(optionsOf());
    for (let i = 0; i < 3; i++) expect(await near(storage, 'nobody')).toBeUndefined();
    expect(storage.nearCacheStats()).toMatchObject({ users: 0, hits: 0, misses: 3 });
  });

  it('forgets whose records have expired', async () => {
    const options = optionsOf();
    const storage = await nearStorage(options);
    await storage.save('ann', [change('ann', 1)]);
    await cached(storage, 'ann');
    await redis.pexpire(hash('ann', options), 1);
    await eventually(async () => (await storage.load('ann', ['ab'])).size === 0, 'no record');
  });

  it.each(['flushall', 'flushdb'] as const)('is empty after %s', async (flush) => {
    const storage = await nearStorage(optionsOf());
    await storage.save('ann', [change('ann', 1)]);
    await cached(storage, 'ann');
    await redis[flush]();
    await eventually(() => storage.nearCacheStats()?.users === 0, 'an empty cache');
    expect((await storage.load('ann', ['ab'])).size).toBe(0);
  });

  it('hears of users with commas, colons, line breaks and every alphabet in their ids', async () => {
    const [one, other] = [await nearStorage(optionsOf()), await nearStorage(optionsOf())];
    for (const user of [
      'a,b',
      'a:b',
      ':',
      ',',
      'ünï',
      '漢字',
      '😀',
      'a\r\nb',
      '\0',
      ' ',
      '__proto__',
      '{a}',
      'vwo:123456:live:ann',
    ]) {
      await one.save(user, [change(user, 1)]);
      await cached(other, user);
      await one.save(user, [change(user, 2, 1)]);
      await eventually(async () => (await found(other, user)) === 2, `the new record of ${JSON.stringify(user)}`);
    }
  });

  it('does not keep a user whose id Redis cannot tell from another', async () => {
    const storage = await nearStorage(optionsOf());
    await storage.save('half \ud83d', [change('half \ud83d', 1)]);
    for (let i = 0; i < 3; i++) expect(await near(storage, 'half \ud83d')).toBeUndefined();
  });

  it('ends the connection that it is told over when it is closed', async () => {
    const before = await connections();
    const options = optionsOf();
    const storage = await nearStorage(options);
    await storage.close();
    expect(storage.nearCacheStats()).toMatchObject({ stands: false, users: 0 });
    await eventually(async () => (await connections()) === before + (options.client ? 1 : 0), 'its connection is gone');
    await storage.open({ accountId: '123456', environment: 'live' });
    await stands(storage);
    await storage.close();
  });

  it('serves after each write of a storm of 1,000 what is stored in the end', async () => {
    const [one, other] = [await nearStorage(optionsOf()), await nearStorage(optionsOf())];
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
    for (const user of users) await one.save(user, [change(user, 0)]);
    for (let round = 1; round <= 50; round++) {
      const saving = users.map((user) => one.save(user, [change(user, round, round - 1)]));
      for (const user of users) void other.load(user, ['ab']);
      await Promise.all(saving);
      for (const user of users) expect(await found(one, user)).toBe(round);
    }
    for (const user of users) await eventually(async () => (await found(other, user)) === 50, `the last of ${user}`);
    for (const user of users) {
      await cached(other, user);
      expect(await found(other, user)).toBe(50);
    }
  });
});

describe('a near cache whose keys begin with what is not valid Unicode, so that Redis would tell of other keys', () => {
  it.each<[string, () => RedisStorageOptions]>([
    ['in the environment', () => ({ url: server.url, environment: 'half \ud83d' })],
    ['in the prefix', () => ({ url: server.url, layout: 'per-feature', prefix: 'half \ud83d' })],
    ['in bytes of the client', () => ({ client: nodeRedis(redis6, server, { keyPrefix: Buffer.from([0xff]) }) })],
  ])('keeps nobody and says why: %s', async (_where, optionsOf) => {
    const storage = new RedisStorage({ nearCache: {}, ...optionsOf() });
    const said: string[] = [];
    storage[NEAR_CACHE]?.onTrouble((message) => said.push(message));
    try {
      await storage.open({ accountId: '123456', environment: 'live' });
      await storage.save('ann', [change('ann', 1)]);
      await eventually(async () => (await found(storage, 'ann')) === 1 && said.length > 0, 'a record and a message');
      expect(said[0]).toMatch(/prefix of its keys is not valid Unicode/);
      expect(await near(storage, 'ann')).toBeUndefined();
    } finally {
      await storage.close();
    }
  });
});

/** How many there are, the one that asks included. */
async function connections(): Promise<number> {
  return String(await redis.call('CLIENT', 'LIST'))
    .trim()
    .split('\n').length;
}
