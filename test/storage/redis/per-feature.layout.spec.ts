import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { FmeClient } from '../../../lib/fme/index.js';
import type { StoredChange, StoredDecision } from '../../../lib/model/index.js';
import { FeatureKeys } from '../../../lib/storage/redis/feature-keys.js';
import { RedisStorage, type RedisStorageOptions } from '../../../lib/entries/redis.js';
import { listening, shopSettings } from '../../client/client.fixture.js';
import { RedisServer } from '../../redis/redis-server.js';

describe("RedisStorage with layout: 'per-feature'", () => {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = server.client();
  });
  beforeEach(() => client.flushall());
  afterAll(() => server?.stop());

  const storageOf = (options: Partial<RedisStorageOptions> = {}): RedisStorage =>
    new RedisStorage({ client, layout: 'per-feature', ...options });

  it("keeps one JSON string per record where VWO's documentation has it", async () => {
    await storageOf().save('alice', [first('checkout', 'alice'), first('_vwo_meta_meg_1', 'alice')]);
    expect((await client.keys('*')).sort()).toEqual(['_vwo_meta_meg_1_alice', 'checkout_alice']);
    expect(await client.get('checkout_alice')).toBe(JSON.stringify(record('checkout', 'alice')));
    await storageOf({ prefix: 'vwo-live:' }).save('alice', [first('checkout', 'alice')]);
    expect(await client.exists('vwo-live:checkout_alice')).toBe(1);
  });

  it("finds what another language's SDK has written, and replaces it where a new decision was made from it", async () => {
    const theirs = '{"userId": "alice", "featureKey":"checkout", "rolloutId":1 }'; // spacing and order of its own
    await client.set('checkout_alice', theirs);
    const storage = storageOf();
    const found = (await storage.load('alice', ['checkout', 'price'])).get('checkout');
    expect(found).toEqual({ userId: 'alice', featureKey: 'checkout', rolloutId: 1 });
    await storage.save('alice', [{ key: 'checkout', record: record('checkout', 'alice'), replaces: found }]);
    expect(await client.get('checkout_alice')).toBe(JSON.stringify(record('checkout', 'alice')));
    await storage.save('alice', [{ key: 'checkout', record: record('price', 'alice'), replaces: found }]);
    expect(await client.get('checkout_alice')).toBe(JSON.stringify(record('checkout', 'alice')));
  });

  it('reads with one MGET, and not at all without keys', async () => {
    const storage = storageOf();
    await client.config('RESETSTAT');
    await storage.load('alice', ['a', 'b']);
    await storage.load('alice', []);
    const stats = await client.info('commandstats');
    expect(stats).toMatch(/cmdstat_mget:calls=1,/);
    expect(stats).not.toContain('cmdstat_get:');
  });

  it('writes and forgets with one script each', async () => {
    const storage = storageOf();
    await storage.save('alice', [first('a', 'alice')]);
    await storage.forget('alice'); // both scripts are known to Redis from here on
    await client.config('RESETSTAT');
    await storage.save('alice', [first('a', 'alice'), first('b', 'alice')]);
    await storage.forget('alice');
    expect(await client.info('commandstats')).toMatch(/cmdstat_evalsha:calls=2,/);
  });

  it('does not forget a record that belongs to another user and feature, though it names nobody', async () => {
    await client.set('a_b_c', '{"rolloutId":1}'); // of feature a_b and user c
    await storageOf().forget('b_c', ['a', 'a_b']);
    expect(await client.keys('*')).toEqual(['a_b_c']);
  });

  it('lets a record expire after its own last write', async () => {
    const storage = storageOf({ ttl: 60_000 });
    await storage.save('alice', [first('checkout', 'alice')]);
    expect(await client.pttl('checkout_alice')).toBeGreaterThan(50_000);
  });

  it('refuses a record whose key another feature and user have, naming both; all others are stored', async () => {
    const storage = storageOf();
    await storage.load('c', ['a', 'a_b', 'd']);
    const saved = storage.save('b_c', [first('a', 'b_c'), first('d', 'b_c')]);
    await expect(saved).rejects.toMatchObject({ code: 'VWO_STORAGE' });
    await expect(saved).rejects.toThrow(
      'feature "a" of one user and feature "a_b" of another have one key with the layout \'per-feature\': ' +
        "the first is not stored. Rename one of the features, or use the layout 'per-user'",
    );
    await storage.save('c', [first('a_b', 'c')]);
    expect((await client.keys('*')).sort()).toEqual(['a_b_c', 'd_b_c']);
    expect([...(await storage.load('b_c', ['a', 'a_b', 'd'])).keys()]).toEqual(['d']);
    expect([...(await storage.load('c', ['a', 'a_b', 'd'])).keys()]).toEqual(['a_b']);
  });

  it('refuses it also where it learns of the other feature in this very save', async () => {
    const saved = storageOf().save('b_c', [first('a', 'b_c'), first('a_b', 'b_c')]);
    await expect(saved).rejects.toThrow('feature "a" of one user and feature "a_b" of another');
    expect(await client.keys('*')).toEqual(['a_b_b_c']);
  });

  it('serves one account and environment: its keys know neither', async () => {
    const storage = storageOf();
    await storage.open({ accountId: '1', environment: 'live' });
    await expect(storage.open({ accountId: '1', environment: 'staging' })).rejects.toThrow(
      /^This RedisStorage keeps the decisions of account 1, environment "live"/,
    );
  });

  it('says so through its client, which goes on', async () => {
    const features = shopSettings().features.map((each, i) => ({ ...each, key: i === 0 ? 'gold_rush' : each.key }));
    const logger = listening();
    const settings = { ...shopSettings(), features };
    const vwo = new FmeClient({ settings, storage: storageOf(), logger, baseUrl: server.url.replace('redis', 'http') });
    await vwo.start();
    const visit = await vwo.visit({ id: 'rush_bob' });
    expect(visit.flag('gold').isEnabled()).toBe(true);
    await visit.end();
    expect(logger.lines.join()).toContain('feature "gold" of one user and feature "gold_rush" of another');
    expect(vwo.counters().storageWriteFailures).toBe(1);
    await vwo.close();
  });

  it('forgets the records of all features it knows of, and none of another user', async () => {
    const storage = storageOf();
    await storage.save('b_c', [first('x', 'b_c')]);
    await client.set('x_y_c', JSON.stringify(record('x', 'y_c'))); // the key of feature x_y and user c too
    await client.set('price_c', '{"rolloutId":1}'); // says nobody's name
    await client.set('broken_c', 'no JSON');
    await storage.forget('c', ['x', 'x_y', 'price', 'broken']);
    expect((await client.keys('*')).sort()).toEqual(['x_b_c', 'x_y_c']);
    await storage.forget('b_c');
    expect(await client.keys('*')).toEqual(['x_y_c']);
  });

  it('does not pretend to forget where no settings say which features there are', async () => {
    await expect(storageOf().forget('alice', [])).rejects.toMatchObject({ code: 'VWO_STORAGE' });
  });

  it('forgets a user of an account with one feature', async () => {
    await storageOf().save('alice', [first('checkout', 'alice')]);
    await storageOf().forget('alice', ['checkout']);
    expect(await client.keys('*')).toEqual([]);
  });

  it('asks Redis nothing where there is nothing that it could forget or store', async () => {
    const storage = storageOf();
    await client.config('RESETSTAT');
    await storage.forget('alice');
    await storage.load('c', ['a', 'a_b']);
    await expect(storage.save('b_c', [first('a', 'b_c')])).rejects.toMatchObject({ code: 'VWO_STORAGE' });
    expect(await client.info('commandstats')).not.toContain('cmdstat_eval');
  });
});

describe.each([[['a_b_c', 'a', 'a_b', 'other']], [['a', 'a_b', 'a_b_c', 'other']]])(
  'keys that run into each other, learned as %j',
  (all) => {
    const keys = new FeatureKeys();
    keys.learn(all);

    it.each([
      ['a', 'b_x', 'a_b'],
      ['a', 'b_c_x', 'a_b_c'],
      ['a_b', 'c_x', 'a_b_c'],
      ['a', 'bc', undefined],
      ['a', 'b', undefined],
      ['a_b', 'x', undefined],
      ['other', 'b_x', undefined],
    ])('%s of user %s runs into %j', (key, user, owner) => {
      expect(keys.ownerOf(key, user)).toBe(owner);
    });
  },
);

it('stores the other records of a visit in a cluster when one node fails, and says why', async () => {
  const written: string[] = [];
  const commands: string[] = [];
  const call = (command: string, ...[, , key]: (string | number)[]): Promise<unknown> => {
    commands.push(command);
    if (key === 'b_ann') return Promise.reject(new Error('CLUSTERDOWN'));
    written.push(String(key));
    return Promise.resolve(1);
  };
  const cluster = Object.assign(new EventEmitter(), {
    status: 'ready',
    isCluster: true,
    connect: () => Promise.resolve(),
    call,
  });
  const storage = new RedisStorage({ client: cluster, layout: 'per-feature' });
  const saved = storage.save(
    'ann',
    ['a', 'b', 'c'].map((key) => first(key, 'ann')),
  );
  await expect(saved).rejects.toMatchObject({
    code: 'VWO_STORAGE',
    message: 'Redis failed at EVALSHA: CLUSTERDOWN',
  });
  expect(written).toEqual(['a_ann', 'c_ann']);
  expect(commands).toEqual(['EVALSHA', 'EVALSHA', 'EVALSHA']); // none is tried twice
});

it('remembers 10,000 feature keys, however many there are', () => {
  const keys = new FeatureKeys();
  keys.learn(Array.from({ length: 10_001 }, (_, i) => String(i)));
  expect([...keys]).toHaveLength(10_000);
});

function record(featureKey: string, userId: string): StoredDecision {
  return { featureKey, userId, rolloutId: 1, rolloutKey: 'r', rolloutVariationId: 1 };
}

function first(key: string, userId: string): StoredChange {
  return { key, record: record(key, userId), replaces: undefined };
}
