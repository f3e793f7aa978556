import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import type { VwoEdge } from '../../lib/entries/edge.js';
import type { VwoStorage } from '../../lib/storage/index.js';
import { asserted } from '../fuzz/checked-property.js';
import type { Kind } from '../fuzz/storage.kinds.js';
import { RedisServer } from '../redis/redis-server.js';
import { kindsOn, redisStore, shopEdge, WrittenStorage } from './stored.fixture.js';
import { MARK, type Store, StoredByOthers } from './stored.properties.js';

/** Always the same cases: `npm run fuzz -- --target hostile-records` draws others. */
const SEED = 1;

let server: RedisServer;
let redis: Redis;
let edge: VwoEdge;
beforeAll(async () => {
  server = await RedisServer.start();
  redis = server.client();
  edge = await shopEdge();
});
afterAll(async () => {
  await edge?.close();
  await server?.stop();
});

type Made = [Store, () => VwoStorage];

const STORES: [string, () => Made][] = [
  [
    'memory',
    () => {
      const storage = new WrittenStorage();
      return [storage, () => storage];
    },
  ],
  ...(['per-user', 'per-feature'] as const).map((layout): [string, () => Made] => [
    `Redis, ${layout}`,
    () => {
      const store = redisStore(redis, layout);
      return [store, store.storage];
    },
  ]),
];

describe.each(STORES)('whoever can write to the store (%s)', (_name, make) => {
  describe.each([0, 1])('of product %i', (product) => {
    let kind: Kind;
    let store: Store;
    beforeEach(async () => {
      const [its, storageOf] = make();
      store = its;
      const [fme, fullStack] = kindsOn(edge, storageOf);
      kind = (product === 0 ? fme : fullStack) as Kind;
      await kind.client.start();
    });
    afterEach(() => kind.client.close());

    it('can at most choose among the variations that the settings have, and is in no event and no answer', async () => {
      const others = await StoredByOthers.of(kind, store, edge);
      const before = { obeyed: others.obeyed, events: edge.events.length };
      await fc.assert(asserted(others.chooseAtMost), { seed: SEED, numRuns: 80 });
      expect(others.obeyed - before.obeyed).toBeGreaterThan(20);
      expect(edge.events.length - before.events).toBeGreaterThan(100);
    });

    it('cannot hold a request up, or the process, with a record of five megabytes', async () => {
      const [record] = kind.good;
      const key = String(record?.featureKey ?? record?.campaignKey);
      await store.write([[key, JSON.stringify({ ...record, note: MARK.repeat(200_000) })]]);
      const visit = await kind.client.visit({ id: 'ann' });
      const flag = visit.flag(key);
      expect(JSON.stringify([flag.isEnabled(), flag.variation, flag.getVariables()]).length).toBeLessThan(1_000);
      await visit.end();
    });
  });
});
