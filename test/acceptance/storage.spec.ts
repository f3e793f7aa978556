import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisServer } from '../redis/redis-server.js';
import { ACCOUNT, recordsOf, SETTINGS } from './account.js';
import { Application, closeApplications, vwoModule } from './application.js';
import { eventually } from '../common/waiting.js';
import { redis, root, testing } from './package.js';

type Data = Record<string, unknown>;

@Controller()
class ShopController {
  constructor(private readonly vwo: root.VwoService) {}

  @Get('checkout')
  checkout(@root.Flag('new-checkout') flag: root.VwoFlag): object {
    return { variation: flag.variation?.key, source: flag.source };
  }

  @Get('deeper')
  @root.UseFlags('pricing')
  deeper(@root.FlagEnabled('new-checkout') on: boolean): object {
    return { on, discount: this.vwo.variable('pricing', 'discount', -1) };
  }

  @Get('gated')
  @root.RequireFlag('pricing')
  gated(): object {
    return { on: this.vwo.isEnabled('pricing') };
  }

  @Get('undeclared')
  undeclared(): object {
    return { on: this.vwo.isEnabled('pricing') };
  }
}

@Injectable()
class Database {
  readonly users = new Map<string, Map<string, root.StoredDecision>>();
}

@Module({ providers: [Database], exports: [Database] })
class DatabaseModule {}

@Injectable()
class DatabaseStorage extends root.VwoStorage {
  constructor(private readonly db: Database) {
    super();
  }

  load(userId: string): root.StoredDecisions {
    return new Map(this.db.users.get(userId));
  }

  save(userId: string, changes: readonly root.StoredChange[]): void {
    const records = new Map(this.db.users.get(userId));
    for (const { key, record } of changes) records.set(key, record);
    this.db.users.set(userId, records);
  }

  forget(userId: string): Promise<void> {
    this.db.users.delete(userId);
    return Promise.resolve();
  }
}

describe('Storage', () => {
  let edge: testing.VwoEdge;
  beforeEach(async () => void (edge = await testing.VwoEdge.start({ settings: SETTINGS })));
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  function shop(options: Partial<root.VwoModuleOptions>, providers: (new (...args: never[]) => object)[] = []) {
    const imports = [vwoModule({ ...ACCOUNT, baseUrl: edge.url, storageTimeout: 2_000, ...options })];
    return Application.start({ imports, controllers: [ShopController], providers });
  }

  /** The first answer and the one after it was stored. */
  async function twice(app: Application, userId: string): Promise<[Data, Data]> {
    const first = await app.json('/checkout', userId);
    await eventually(async () => (await app.vwo.storedDecisions(userId)).has('new-checkout'), 'the record');
    return [first, await app.json('/checkout', userId)];
  }

  it('keeps a user in the variation when weights change in VWO', async () => {
    const app = await shop({});
    const [, { variation }] = await twice(app, 'ann');
    const settings = JSON.parse(JSON.stringify(SETTINGS));
    for (const each of settings.campaigns[1].variations) each.weight = each.name === variation ? 0 : 100;
    edge.setSettings(settings);
    expect(await app.vwo.refresh()).toBe(true);
    expect(await app.json('/checkout', 'ann')).toEqual({ variation, source: 'storage' });
    expect((await app.json('/checkout', 'somebody-new'))['variation']).not.toBe(variation);
  });

  it('is off for a flag whose rules were emptied, also where a decision is stored', async () => {
    const app = await shop({});
    await twice(app, 'ann');
    edge.setSettings(testing.accountSettings({ features: [testing.feature('new-checkout')] }));
    await app.vwo.refresh();
    expect(await app.json('/checkout', 'ann')).toEqual({ source: 'none' });
  });

  describe('MemoryStorage', () => {
    it('remembers as many users as it is told, the least recently used goes', async () => {
      const app = await shop({ storage: new root.MemoryStorage({ maxUsers: 2 }) });
      for (const user of ['ann', 'bob', 'cid']) await twice(app, user);
      const known = async (user: string) => (await app.vwo.storedDecisions(user)).size;
      expect([await known('ann'), await known('bob'), await known('cid')]).toEqual([0, 1, 1]);
    });

    it('forgets after its ttl', async () => {
      const storage = new root.MemoryStorage({ ttl: 1_000 });
      const app = await shop({ storage });
      await app.json('/checkout', 'ann');
      await eventually(async () => (await storage.load('ann', ['new-checkout'])).size === 0, 'the end of the record');
      expect(await app.json('/checkout', 'ann')).toMatchObject({ source: 'rules' });
    });
  });

  describe('A class of yours', () => {
    it('is built by Nest with its dependencies, and injected wherever VwoStorage is asked for', async () => {
      @Injectable()
      class Report {
        constructor(readonly storage: root.VwoStorage) {}
      }
      const app = await shop({ storage: DatabaseStorage, imports: [DatabaseModule] }, [Report]);
      const [first, second] = await twice(app, 'ann');
      expect([first['source'], second]).toEqual(['rules', { ...first, source: 'storage' }]);
      const { users } = app.nest.get(Database, { strict: false });
      expect([...(users.get('ann') ?? [])].map(([key]) => key)).toEqual(['new-checkout']);
      const { storage } = app.nest.get(Report);
      expect(storage).toBeInstanceOf(DatabaseStorage);
      expect(Object.keys(await recordsOf(storage, 'ann'))).toEqual(['new-checkout']);
      await app.vwo.forget('ann');
      expect(users.size).toBe(0);
    });

    it('stands beside a factory too', async () => {
      const vwo = root.VwoModule.forRootAsync({
        imports: [DatabaseModule],
        storage: DatabaseStorage,
        useFactory: () => ({ ...ACCOUNT, baseUrl: edge.url }),
      });
      const app = await Application.start({ imports: [vwo] });
      expect(app.nest.get(root.VwoStorage)).toBeInstanceOf(DatabaseStorage);
    });
  });

  describe("connectorStorage with the storage service that was written for VWO's SDK", () => {
    class Service {
      readonly db = new Map<string, Data>();
      get(featureKey: string, userId: string): Data | null {
        return this.db.get(`${featureKey} of ${userId}`) ?? null;
      }
      set(data: Data): void {
        this.db.set(`${String(data['featureKey'])} of ${String(data['userId'])}`, data);
      }
    }
    class AsyncService {
      readonly real = new Service();
      async get(featureKey: string, userId: string): Promise<Data | null> {
        await new Promise((resolve) => setImmediate(resolve));
        return this.real.get(featureKey, userId);
      }
      async set(data: Data): Promise<boolean> {
        await new Promise((resolve) => setImmediate(resolve));
        this.real.set(data);
        return true;
      }
    }

    it.each([
      ['synchronous', new Service()],
      ['asynchronous', new AsyncService()],
    ])('uses it unchanged, %s', async (_how, service) => {
      const app = await shop({ storage: root.connectorStorage(service) });
      const [first, second] = await twice(app, 'ann');
      expect(second).toEqual({ ...first, source: 'storage' });
      const { db } = 'real' in service ? service.real : service;
      expect(db.get('new-checkout of ann')).toMatchObject({
        featureKey: 'new-checkout',
        userId: 'ann',
        featureId: 1,
        experimentVariationId: expect.any(Number),
      });
    });

    it("reads the six fields of VWO's documentation", async () => {
      const service = new Service();
      for (const experimentVariationId of [1, 2]) {
        const userId = `documented-${experimentVariationId}`;
        const rollout = { rolloutId: 1, rolloutKey: 'new-checkout_rolloutRule1', rolloutVariationId: 1 };
        const experiment = { experimentId: 2, experimentKey: 'new-checkout_testingRule1', experimentVariationId };
        service.set({ featureKey: 'new-checkout', userId, ...rollout, ...experiment });
      }
      const app = await shop({ storage: root.connectorStorage(service) });
      expect(await app.json('/checkout', 'documented-1')).toEqual({ variation: 'Default', source: 'storage' });
      expect(await app.json('/checkout', 'documented-2')).toEqual({ variation: 'Variation-1', source: 'storage' });
    });
  });

  describe("with preload: 'declared'", () => {
    it('a handler reads what it declares; another flag is an error that says so', async () => {
      const asked: (readonly string[])[] = [];
      class Asked extends root.MemoryStorage {
        override load(...question: Parameters<root.VwoStorage['load']>) {
          asked.push(question[1]);
          return super.load(...question);
        }
      }
      const app = await shop({ storage: new Asked(), preload: 'declared' });
      expect(await app.json('/deeper', 'half')).toEqual({ on: true, discount: 50 });
      expect([...(asked[0] ?? [])].sort()).toEqual(['new-checkout', 'pricing']);
      expect(await app.json('/gated', 'half')).toEqual({ on: true });
      expect((await app.get('/undeclared', 'half')).status).toBe(500);
      expect(app.lines.join('\n')).toContain("@UseFlags('pricing')");
    });

    it('jobs and visits name their flags', async () => {
      const { vwo } = await shop({ preload: 'declared' });
      expect(await vwo.run({ id: 'half' }, () => vwo.isEnabled('pricing'), ['pricing'])).toBe(true);
      await expect(vwo.run({ id: 'half' }, () => vwo.isEnabled('pricing'), ['plan'])).rejects.toThrow(
        "@UseFlags('pricing')",
      );
    });
  });

  describe('RedisStorage', () => {
    const DAY = 24 * 60 * 60 * 1000;
    let server: RedisServer;
    let client: Redis;
    beforeAll(async () => {
      server = await RedisServer.start();
      client = server.client();
    });
    afterAll(() => server.stop());
    beforeEach(async () => void (await client.flushall()));

    it('keeps a user as one hash with one JSON field per flag, for 90 days', async () => {
      const app = await shop({ storage: new redis.RedisStorage({ url: server.url }), environment: 'live' });
      const [first, second] = await twice(app, 'ann');
      expect(second).toEqual({ ...first, source: 'storage' });
      expect(await client.keys('*')).toEqual(['vwo:123456:live:ann']);
      const [field, json = ''] = Object.entries((await client.hgetall('vwo:123456:live:ann')) as Data)[0] as [
        string,
        string,
      ];
      expect([field, JSON.parse(json)]).toEqual([
        'new-checkout',
        expect.objectContaining({ featureKey: 'new-checkout', userId: 'ann' }),
      ]);
      const ttl = await client.pttl('vwo:123456:live:ann');
      expect(ttl).toBeGreaterThan(89 * DAY);
      expect(ttl).toBeLessThanOrEqual(90 * DAY);
      await app.vwo.forget('ann');
      expect(await client.keys('*')).toEqual([]);
    });

    it('names the environment by itself, never with the SDK key', async () => {
      const app = await shop({ storage: new redis.RedisStorage({ url: server.url }), sdkKey: 'a-secret-key' });
      await twice(app, 'ann');
      const [key] = await client.keys('*');
      expect(key).toMatch(/^vwo:123456:[^:]+:ann$/);
      expect(key).not.toContain('secret');
    });

    it('takes a client of yours, and leaves it open', async () => {
      const storage = new redis.RedisStorage({ client, prefix: 'shop', ttl: DAY });
      const app = await shop({ storage, environment: 'live' });
      await twice(app, 'ann');
      await closeApplications();
      expect(await client.keys('*')).toEqual(['shop:123456:live:ann']);
      expect(await client.pttl('shop:123456:live:ann')).toBeLessThanOrEqual(DAY);
    });

    it('is shared by many processes: what one stored, the next one finds', async () => {
      const one = await shop({ storage: new redis.RedisStorage({ url: server.url }) });
      const [first] = await twice(one, 'ann');
      const other = await shop({ storage: new redis.RedisStorage({ url: server.url }) });
      expect(await other.json('/checkout', 'ann')).toEqual({ ...first, source: 'storage' });
    });

    it('flips no user of whom two first requests come at once', async () => {
      const storages = [1, 2].map(() => new redis.RedisStorage({ client, accountId: 123456, environment: 'live' }));
      const record = (experimentVariationId: number) => ({
        key: 'new-checkout',
        record: { featureKey: 'new-checkout', userId: 'ann', experimentVariationId },
        replaces: undefined,
      });
      await Promise.all(storages.map((storage, index) => storage.save('ann', [record(index)])));
      const [one, two] = await Promise.all(storages.map((storage) => recordsOf(storage, 'ann')));
      expect(one).toEqual(two);
      await storages[0]!.save('ann', [record(7)]);
      expect(await recordsOf(storages[1]!, 'ann')).toEqual(one);
    });

    it("reads only what is declared with preload: 'declared'", async () => {
      const storage = new redis.RedisStorage({ url: server.url });
      const app = await shop({ storage, environment: 'live', preload: 'declared' });
      await app.json('/deeper', 'half');
      await eventually(async () => (await client.hlen('vwo:123456:live:half')) === 2, 'both records');
      expect(await app.json('/checkout', 'half')).toMatchObject({ source: 'storage' });
    });

    it("keeps one JSON string per record with layout: 'per-feature', where other SDKs look for it", async () => {
      const storage = new redis.RedisStorage({ url: server.url, layout: 'per-feature', prefix: 'vwo-live:' });
      const app = await shop({ storage });
      const [first, second] = await twice(app, 'ann');
      expect(second).toEqual({ ...first, source: 'storage' });
      expect(await client.keys('*')).toEqual(['vwo-live:new-checkout_ann']);
      const record = JSON.parse((await client.get('vwo-live:new-checkout_ann')) ?? '');
      expect(record).toMatchObject({ featureKey: 'new-checkout', userId: 'ann', experimentId: 2 });

      const theirs = { ...record, userId: 'bob', experimentVariationId: 3 - record.experimentVariationId };
      await client.set('vwo-live:new-checkout_bob', JSON.stringify(theirs));
      expect(await app.json('/checkout', 'bob')).toMatchObject({ source: 'storage' });
      await app.vwo.forget('ann');
      expect(await client.keys('*')).toEqual(['vwo-live:new-checkout_bob']);
    });

    it("warns of two records that would share a key with layout: 'per-feature', naming both", async () => {
      const { feature, rollout } = testing;
      const features = ['a', 'a_b'].map((key) => feature(key, [rollout()]));
      edge.setSettings(testing.accountSettings({ features }));
      const { vwo, lines } = await shop({
        storage: new redis.RedisStorage({ url: server.url, layout: 'per-feature' }),
      });
      await vwo.run({ id: 'c' }, () => vwo.flag('a_b'));
      await vwo.run({ id: 'b_c' }, () => vwo.flag('a'));
      expect(await client.keys('*')).toEqual(['a_b_c']);
      expect(JSON.parse((await client.get('a_b_c')) ?? '')).toMatchObject({ featureKey: 'a_b', userId: 'c' });
      expect(lines.filter((line) => line.startsWith('warn') && /"a".*"a_b"/s.test(line))).toHaveLength(1);
    });
  });
});
