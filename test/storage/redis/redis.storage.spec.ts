import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import type { StoredChange, StoredDecision } from '../../../lib/model/index.js';
import { RedisStorage, type RedisStorageOptions } from '../../../lib/entries/redis.js';
import { RedisServer } from '../../redis/redis-server.js';

const DAY = 24 * 60 * 60 * 1000;
const SCOPE = { accountId: '123456', environment: 'production' };

describe('RedisStorage', () => {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = server.client();
  });
  beforeEach(() => client.flushall());
  afterAll(() => server?.stop());

  const storageOf = (options: Partial<RedisStorageOptions> = {}): RedisStorage =>
    new RedisStorage({ client, ...SCOPE, ...options });

  describe('keys', () => {
    it('keeps one hash per user, one field per key, JSON in each', async () => {
      await storageOf().save('user:1', [first('checkout'), first('price')]);
      expect(await client.keys('*')).toEqual(['vwo:123456:production:user:1']);
      const hash = await client.hgetall('vwo:123456:production:user:1');
      expect(hash).toEqual({ checkout: JSON.stringify(record('checkout')), price: JSON.stringify(record('price')) });
    });

    it('begins them with the prefix of your choice', async () => {
      await storageOf({ prefix: 'shop:vwo' }).save('user', [first('checkout')]);
      expect(await client.keys('*')).toEqual(['shop:vwo:123456:production:user']);
    });

    it('never lets two of account, environment and user share a hash', async () => {
      const parts = ['a', 'a:b', 'b', ':', 'a%3Ab', 'a%3ab', '%', '{a}', 'a:', ':a', '__proto__'];
      for (const accountId of parts) {
        for (const environment of parts) {
          const storage = storageOf({ accountId, environment });
          await Promise.all(parts.map((user) => storage.save(user, [first('checkout')])));
        }
      }
      expect(await client.dbsize()).toBe(parts.length ** 3);
    });

    it('spreads an environment with braces over the whole cluster', async () => {
      await storageOf({ environment: '{eu}' }).save('user', [first('checkout')]);
      expect(await client.keys('*')).toEqual(['vwo:123456:%7Beu%7D:user']);
    });
  });

  describe('account and environment', () => {
    it('come from the client that opens it, and two environments never meet', async () => {
      const [production, staging] = [new RedisStorage({ client }), new RedisStorage({ client })];
      await production.open({ accountId: '1', environment: 'production' });
      await staging.open({ accountId: '1', environment: 'staging' });
      await production.save('user', [first('checkout')]);
      expect((await staging.load('user', ['checkout'])).size).toBe(0);
      await staging.save('user', [first('checkout', { experimentId: 2 })]);
      await staging.forget('user');
      expect((await production.load('user', ['checkout'])).get('checkout')).toEqual(record('checkout'));
    });

    it('are needed: without them it says what to do', async () => {
      const storage = new RedisStorage({ client, accountId: 1 });
      const said = { code: 'VWO_STORAGE', message: expect.stringContaining('`accountId` and `environment`') };
      await expect(storage.load('user', [])).rejects.toMatchObject(said);
      await expect(storage.save('user', [first('checkout')])).rejects.toMatchObject(said);
      await expect(storage.forget('user')).rejects.toMatchObject(said);
    });

    it('are those it was opened for last: after another client has closed it, it serves the next account', async () => {
      const storage = new RedisStorage({ client });
      await storage.open(SCOPE);
      await storage.save('user', [first('checkout')]);
      await storage.close();
      await storage.open({ ...SCOPE, environment: 'staging' });
      expect((await storage.load('user', ['checkout'])).size).toBe(0);
      await storage.close();
      await storage.open(SCOPE);
      expect((await storage.load('user', ['checkout'])).size).toBe(1);
    });

    it('can be said in the options, the account as a number too, and then nobody has to open it', async () => {
      await new RedisStorage({ client, accountId: 1, environment: 'eu' }).save('user', [first('checkout')]);
      expect(await client.keys('*')).toEqual(['vwo:1:eu:user']);
    });

    it('can be said in the options, which then count', async () => {
      const storage = new RedisStorage({ client, environment: 'eu' });
      await storage.open({ accountId: '1', environment: 'a digest' });
      await storage.open({ accountId: '1', environment: 'another digest' });
      await storage.save('user', [first('checkout')]);
      expect(await client.keys('*')).toEqual(['vwo:1:eu:user']);
    });
  });

  describe('round trips', () => {
    const counted = async (work: (storage: RedisStorage) => unknown): Promise<string[]> => {
      const storage = storageOf();
      await storage.save('warm', [first('checkout')]); // the script is known to Redis from here on
      await client.config('RESETSTAT');
      await work(storage);
      const stats = (await client.info('commandstats')).matchAll(/^cmdstat_(\w+):calls=(\d+)/gm);
      const inScript = ['hget', 'hset', 'pexpire', 'config', 'info', 'config|resetstat'];
      return [...stats]
        .filter(([, name]) => !inScript.includes(name ?? ''))
        .map(([, name, calls]) => `${name} ${calls}`);
    };

    it('are one HGETALL to load a user', async () => {
      expect(await counted((storage) => storage.load('warm', ['a', 'b', 'c']))).toEqual(['hgetall 1']);
    });

    it('are one HMGET to load what a handler declares, and none when it declares nothing', async () => {
      expect(await counted((storage) => storage.load('warm', ['a', 'b', 'c'], 'keys'))).toEqual(['hmget 1']);
      expect(await counted((storage) => storage.load('warm', [], 'keys'))).toEqual([]);
    });

    it('are one script to save all changes of a visit, and none when nothing changed', async () => {
      const changes = ['a', 'b', 'c', 'd'].map((key) => first(key));
      expect(await counted((storage) => storage.save('user', changes))).toEqual(['evalsha 1']);
      expect(await counted((storage) => storage.save('user', []))).toEqual([]);
    });

    it('are one UNLINK to forget a user', async () => {
      expect(await counted((storage) => storage.forget('warm'))).toEqual(['unlink 1']);
    });

    it('bring the script back where Redis lost it', async () => {
      const storage = storageOf();
      await storage.save('user', [first('a')]);
      await client.script('FLUSH');
      await storage.save('user', [first('b')]);
      await storage.save('user', [first('c')]);
      expect((await storage.load('user', [])).size).toBe(3);
    });
  });

  describe('what it loads', () => {
    it('is read as a Map is, and gives the same record each time', async () => {
      const storage = storageOf();
      await storage.save('user', [first('a'), first('b')]);
      const loaded = await storage.load('user', []);
      const [a, b] = [record('a'), record('b')];
      expect([loaded.size, loaded.has('a'), loaded.has('c'), loaded.get('c')]).toEqual([2, true, false, undefined]);
      expect(loaded.get('a')).toBe(loaded.get('a'));
      expect([...loaded.keys()]).toEqual(['a', 'b']);
      expect([...loaded.values()]).toEqual([a, b]);
      for (const entries of [[...loaded], [...loaded.entries()]])
        expect(new Map(entries)).toEqual(
          new Map([
            ['a', a],
            ['b', b],
          ]),
        );
      const told = new Map<string, unknown>();
      loaded.forEach(function (this: Map<string, unknown>, each, key, all) {
        if (all === loaded) this.set(key, each);
      }, told);
      expect(told).toEqual(
        new Map([
          ['a', a],
          ['b', b],
        ]),
      );
    });

    it('may be replaced by whoever has a copy of it', async () => {
      const storage = storageOf();
      await storage.save('user', [first('a')]);
      const next = record('a', { experimentId: 2 });
      await storage.save('user', [{ key: 'a', record: next, replaces: record('a') }]);
      expect((await storage.load('user', [])).get('a')).toEqual(next);
    });
  });

  describe('expiry', () => {
    const left = (): Promise<number> => client.pttl('vwo:123456:production:user');

    it('is 90 days after the last write', async () => {
      await storageOf().save('user', [first('a')]);
      expect(await left()).toBeGreaterThan(90 * DAY - 60_000);
      expect(await left()).toBeLessThanOrEqual(90 * DAY);
    });

    it('is what you say, counted from every write, for all records of the user together', async () => {
      const storage = storageOf({ ttl: DAY });
      await storage.save('user', [first('a')]);
      await client.pexpire('vwo:123456:production:user', 60_000);
      await storage.save('user', [first('b')]);
      expect(await left()).toBeGreaterThan(DAY - 60_000);
      expect(await left()).toBeLessThanOrEqual(DAY);
    });

    it('is not put off by reading, nor by a change that came too late', async () => {
      const storage = storageOf();
      await storage.save('user', [first('a')]);
      await client.pexpire('vwo:123456:production:user', 60_000);
      await storage.load('user', ['a']);
      await storage.save('user', [first('a', { experimentId: 9 })]);
      expect(await left()).toBeLessThanOrEqual(60_000);
    });
  });

  describe('what others wrote', () => {
    const hash = 'vwo:123456:production:user';

    it('is read whatever its spacing and field order, and replaced all the same', async () => {
      await client.hset(hash, 'checkout', '{ "userId": "user",\n "featureKey":"checkout", "experimentId": 1.0 }');
      const storage = storageOf();
      const before = (await storage.load('user', ['checkout'], 'keys')).get('checkout');
      expect(before).toEqual(record('checkout'));
      const next = record('checkout', { experimentId: 2 });
      await storage.save('user', [{ key: 'checkout', record: next, replaces: before }]);
      expect((await storage.load('user', ['checkout'])).get('checkout')).toEqual(next);
    });

    it.each(['{"experimentId":', 'undefined', '', '5', 'null', '"text"', '[1]'])(
      'is a record of nobody when it cannot be read (%j), and the next decision takes its place',
      async (text) => {
        await client.hset(hash, { checkout: text, price: JSON.stringify(record('price')) });
        const storage = storageOf();
        const loaded = await storage.load('user', []);
        expect(loaded.get('checkout')).toEqual({ userId: '', unreadable: text });
        expect(loaded.get('price')).toEqual(record('price'));
        const change = { key: 'checkout', record: record('checkout'), replaces: loaded.get('checkout') };
        await storage.save('user', [change]);
        expect((await storage.load('user', [])).get('checkout')).toEqual(record('checkout'));
      },
    );

    it('is an error that says so when the key is no hash, for this user alone', async () => {
      await client.set(hash, 'not a hash');
      const storage = storageOf();
      const said = {
        code: 'VWO_STORAGE',
        message: expect.stringMatching(/^Redis failed at (HGETALL|EVALSHA): .*WRONGTYPE/),
      };
      await expect(storage.load('user', ['checkout'])).rejects.toMatchObject(said);
      await expect(storage.save('user', [first('checkout')])).rejects.toMatchObject(said);
      await expect(storage.load('another', ['checkout'])).resolves.toHaveProperty('size', 0);
      await storage.forget('user');
      await expect(storage.load('user', ['checkout'])).resolves.toHaveProperty('size', 0);
    });
  });
});

function record(featureKey: string, fields: object = {}): StoredDecision {
  return { featureKey, userId: 'user', experimentId: 1, ...fields };
}

function first(key: string, fields: object = {}): StoredChange {
  return { key, record: record(key, fields), replaces: undefined };
}
