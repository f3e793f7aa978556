import { deepStrictEqual, ok } from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { RedisStorage } from '../../lib/entries/redis.js';
import type { StoredDecision } from '../../lib/model/index.js';
import { destroyClients, nodeRedis, VERSIONS } from '../redis/node-redis.js';
import { RedisServer } from '../redis/redis-server.js';
import { pointedTexts } from './any-value.js';

/** Always the same cases. */
const SEED = 1;
const SCOPE = { accountId: '123456', environment: 'live' };

const halfPair = /[\ud800-\udfff]/u;
/** Ids and keys as they get to a storage: well-formed, not blank. */
const names = fc
  .oneof(pointedTexts, fc.constantFrom('a', 'b', 'a_a', 'a_b', 'b_a', 'a_a_a', '_a', 'a_', '_'))
  .filter((name) => name.trim() !== '' && !halfPair.test(name));
const few = fc.uniqueArray(names, { minLength: 2, maxLength: 4 });

let server: RedisServer;
let ioredis: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  ioredis = server.client();
});
afterAll(async () => {
  destroyClients();
  await server?.stop();
});

const recordOf = (userId: string, featureKey: string): StoredDecision => ({ userId, featureKey, experimentId: 1 });

describe.each(['per-user', 'per-feature'] as const)('records in Redis, %s', (layout) => {
  const clients: [string, () => ConstructorParameters<typeof RedisStorage>[0]['client']][] = [
    ['ioredis', () => ioredis],
    ...VERSIONS.map(([name, redis]): (typeof clients)[number] => [name, () => nodeRedis(redis, server)]),
  ];

  it.each(clients)('are never found for another user, whatever ids and keys are called: %s', async (_name, client) => {
    const storage = new RedisStorage({ client: client(), layout });
    await storage.open(SCOPE);
    const apart = fc.asyncProperty(few, few, async (users, keys) => {
      await ioredis.flushall();
      const all = users.flatMap((user) => keys.map((key) => [user, key] as const));
      await storage.load(users[0] ?? '', keys); // it learns of the keys, as from settings
      let refused = 0;
      for (const [user, key] of all) {
        const change = { key, record: recordOf(user, key), replaces: undefined };
        await storage.save(user, [change]).catch((error: unknown) => {
          ok(layout === 'per-feature' && String(error).includes('have one key'), error as Error);
          refused += 1;
        });
      }
      let found = 0;
      for (const [user, key] of all) {
        const record = (await storage.load(user, keys)).get(key);
        if (record) deepStrictEqual([record.userId, record.featureKey], [user, key]);
        found += record ? 1 : 0;
      }
      deepStrictEqual(found + refused, all.length);

      const [gone = '', ...others] = users;
      await storage.forget(gone, keys);
      deepStrictEqual((await storage.load(gone, keys)).size, 0);
      let left = 0;
      for (const user of others) left += (await storage.load(user, keys)).size;
      const ofGone = all.filter(([user]) => user === gone).length;
      ok(left >= found - ofGone, 'another user was forgotten, too');
    });
    await fc.assert(apart, { seed: SEED, numRuns: 60 });
  });
});
