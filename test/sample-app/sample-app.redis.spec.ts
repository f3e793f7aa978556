import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RedisServer } from '../redis/redis-server.js';
import { eventually, Shop } from './shop.fixture.js';

jest.setTimeout(120_000);

describe('The sample app with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis?.stop());

  const checkout = (shop: Shop) => shop.json<{ source: string; variation: string }>('/checkout', 'carol');

  async function during<T>(env: Record<string, string>, work: (shop: Shop) => Promise<T>): Promise<T> {
    const shop = await Shop.open(env);
    try {
      return await work(shop);
    } finally {
      await shop.close();
    }
  }

  it('remembers decisions over a restart; without Redis it does not', async () => {
    const withRedis = { REDIS_URL: redis.url };
    const before = await during(withRedis, async (shop) => {
      const first = await checkout(shop);
      await eventually(async () => (await checkout(shop)).source === 'storage');
      return first;
    });
    expect(before.source).toBe('rules');
    expect(await during(withRedis, checkout)).toEqual({ ...before, source: 'storage' });
    expect((await during({}, checkout)).source).toBe('rules');
  });

  it('remembers the campaigns and goals of the legacy corner over a restart', async () => {
    const withRedis = { REDIS_URL: redis.url };
    const order = (shop: Shop) =>
      shop.post('/legacy/order', 'carol').then((answer) => answer.json() as Promise<{ tracked: boolean }>);
    const campaign = (shop: Shop) => shop.json<{ source: string }>('/legacy/checkout', 'carol');
    expect((await during(withRedis, order)).tracked).toBe(true);
    expect((await during(withRedis, order)).tracked).toBe(false);
    expect((await during(withRedis, campaign)).source).toBe('storage');
    expect((await during({}, order)).tracked).toBe(true);
  });

  it('saves what the last request decided before it ends', async () => {
    const withRedis = { REDIS_URL: redis.url };
    const last = (shop: Shop) => shop.json<{ source: string }>('/checkout', 'bob');
    expect((await during(withRedis, last)).source).toBe('rules');
    expect((await during(withRedis, last)).source).toBe('storage');
  });

  it('stays open when Redis goes away', async () => {
    const own = await RedisServer.start();
    try {
      await during({ REDIS_URL: own.url }, async (shop) => {
        await checkout(shop);
        await own.crash();
        expect((await shop.get('/?user=carol')).status).toBe(200);
        expect((await checkout(shop)).source).toBe('rules');
      });
    } finally {
      await own.stop();
    }
  });
});
