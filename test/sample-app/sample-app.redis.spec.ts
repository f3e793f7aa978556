import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisServer } from '../redis/redis-server.js';
import { Shop } from './shop.fixture.js';

describe('The sample app with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis?.stop());

  const checkout = (shop: Shop, user = 'carol') => shop.json<{ source: string; variation: string }>('/checkout', user);
  const campaign = (shop: Shop) => shop.json<{ source: string }>('/legacy/checkout', 'carol');
  const order = async (shop: Shop) =>
    (await (await shop.post('/legacy/order', 'carol')).json()) as { tracked: boolean };

  async function during<T>(env: Record<string, string>, work: (shop: Shop) => Promise<T>): Promise<T> {
    const shop = await Shop.open(env);
    try {
      return await work(shop);
    } finally {
      await shop.close();
    }
  }

  /** The same requests in the same order; the last one is bob's. */
  const visit = (env: Record<string, string>) =>
    during(env, async (shop) => ({
      flag: await checkout(shop),
      order: await order(shop),
      campaign: await campaign(shop),
      last: await checkout(shop, 'bob'),
    }));

  describe('over a restart', () => {
    let [before, after, without]: Awaited<ReturnType<typeof visit>>[] = [];
    beforeAll(async () => {
      const withRedis = { REDIS_URL: redis.url };
      [before, after, without] = [await visit(withRedis), await visit(withRedis), await visit({})];
    });

    it('remembers decisions; without Redis it does not', () => {
      expect(before?.flag.source).toBe('rules');
      expect(after?.flag).toEqual({ ...before?.flag, source: 'storage' });
      expect(without?.flag.source).toBe('rules');
    });

    it('remembers the campaigns and goals of the legacy corner', () => {
      expect([before?.order.tracked, after?.order.tracked, without?.order.tracked]).toEqual([true, false, true]);
      expect(after?.campaign.source).toBe('storage');
    });

    it('has saved what the last request before it decided', () => {
      expect([before?.last.source, after?.last.source]).toEqual(['rules', 'storage']);
    });
  });

  it('stays open when Redis goes away', async () => {
    const own = await RedisServer.start();
    try {
      await during({ REDIS_URL: own.url }, async (shop) => {
        await checkout(shop);
        await own.crash();
        expect((await shop.get('/?user=carol')).status).toBe(200);
        const [first, second] = [await checkout(shop, 'bob'), await checkout(shop, 'bob')];
        expect(first.source).toBe('rules');
        expect(second).toEqual({ ...first, source: 'storage' }); // kept in memory, until Redis is back
      });
    } finally {
      await own.stop();
    }
  });
});
