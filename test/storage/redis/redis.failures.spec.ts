import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import type { StoredChange } from '../../../lib/model/index.js';
import { RedisStorage } from '../../../lib/entries/redis.js';
import { turns } from '../../common/waiting.js';
import { freePort } from '../../redis/free-port.js';
import { clusterMeanwhile } from '../../redis/cluster-meanwhile.js';
import { RedisServer } from '../../redis/redis-server.js';
import { TcpRelay } from '../../redis/tcp-relay.js';
import { atLast } from './at-last.js';

const SCOPE = { accountId: '123456', environment: 'production' };

// Jest fails a test in which a rejection goes unhandled; what would be printed is looked at here.
describe('RedisStorage, when Redis fails', () => {
  let server: RedisServer;
  let printed: jest.SpiedFunction<typeof console.error>;
  const opened: RedisStorage[] = [];
  const cluster = clusterMeanwhile();
  beforeEach(async () => {
    printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    server = await RedisServer.start();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((storage) => storage.close()));
    await server.stop();
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  const byUrl = (url = server.url): RedisStorage => open(new RedisStorage({ url }));
  const byClient = (client = server.client()): RedisStorage => open(new RedisStorage({ client }));
  const open = (storage: RedisStorage): RedisStorage => {
    opened.push(storage);
    storage.open(SCOPE).catch(() => undefined); // the first command says why
    return storage;
  };

  describe.each<[string, () => RedisStorage]>([
    ['a connection of our own', () => byUrl()],
    ["the user's client, offline queue and all", () => byClient()],
    ['a client without offline queue', () => byClient(server.client({ enableOfflineQueue: false }))],
  ])('with %s', (_kind, make) => {
    it('says so at every call, and works again without a restart when Redis is back', async () => {
      const storage = make();
      await storage.save('user', [change]);
      await server.crash();
      await expect(atLast(() => storage.load('user', []), 'fails')).resolves.toMatchObject({ code: 'VWO_STORAGE' });
      await expect(storage.save('user', [change])).rejects.toMatchObject({ code: 'VWO_STORAGE' });
      await expect(storage.forget('user')).rejects.toMatchObject({ code: 'VWO_STORAGE' });
      await server.up();
      await atLast(() => storage.save('user', [change]), 'works');
      expect((await storage.load('user', [])).get('checkout')).toEqual(change.record);
    });

    it('settles what is under way when Redis crashes', async () => {
      const storage = make();
      await storage.save('user', [change]);
      server.freeze();
      const underWay = [
        Promise.resolve(storage.load('user', [])),
        storage.save('user', [change]),
        storage.forget('user'),
      ];
      const settled = Promise.allSettled(underWay);
      await server.crash();
      await server.up(); // a user's client may send again what was under way
      expect(await settled).toHaveLength(3);
      await atLast(() => storage.load('user', []), 'works');
    });

    it('waits for a first connection that is just being made', async () => {
      await expect(make().load('user', [])).resolves.toHaveProperty('size', 0);
    });

    it('is right again after a slow moment', async () => {
      const storage = make();
      await storage.save('user', [change]);
      server.freeze();
      const loading = storage.load('user', []);
      await turns();
      server.thaw();
      expect((await loading).get('checkout')).toEqual(change.record);
    });
  });

  it('leaves nothing in the queue of a client while Redis is away', async () => {
    const client = server.client();
    const storage = byClient(client);
    await storage.load('user', []);
    await server.crash();
    await atLast(() => storage.load('user', []), 'fails');
    const away = Array.from({ length: 2_000 }, async (_, i) => storage.load(`user-${i}`, []));
    const outcomes = await Promise.allSettled(away);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(queued(client)).toBe(0);
  });

  it('takes no more than 10,000 commands while Redis hangs, and all of them settle when it goes on', async () => {
    const storage = byClient();
    await storage.load('user', []);
    server.freeze();
    const waiting = Array.from({ length: 10_000 }, async () => storage.load('user', []));
    await expect(storage.load('user', [])).rejects.toThrow('Redis does not answer: 10000 commands are waiting already');
    await expect(storage.save('user', [change])).rejects.toThrow('Redis does not answer');
    server.thaw();
    await Promise.all(waiting);
    await expect(storage.load('user', [])).resolves.toHaveProperty('size', 0);
  });

  it('gives up on a Redis that hangs, where the connection is ours, and goes on when it does', async () => {
    const storage = byUrl();
    await storage.load('user', []);
    server.freeze();
    const loading = withoutWaiting(() => Promise.resolve(storage.load('user', [])));
    await expect(loading).rejects.toThrow(/^Redis failed at HGETALL: Command timed out$/);
    server.thaw();
    await atLast(() => storage.load('user', []), 'works');
  });

  it('starts without Redis, says why it cannot be reached, and works once it can', async () => {
    await server.crash();
    const storage = byUrl();
    const failure = await atLast(() => storage.load('user', []), 'fails');
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Redis is away: .*ECONNREFUSED.*\(ioredis is in state/),
    });
    await server.up();
    await atLast(() => storage.save('user', [change]), 'works');
  });

  it('says also after it was opened anew why it cannot be reached', async () => {
    const storage = byUrl();
    await storage.load('user', []);
    await storage.close();
    await server.crash();
    await expect(storage.open(SCOPE)).rejects.toThrow(/^Redis is away: .*ECONNREFUSED/);
  });

  it('says that a password is missing', async () => {
    await server.client().config('SET', 'requirepass', 'secret');
    const storage = byUrl();
    const failure = await atLast(() => storage.load('user', []), 'fails');
    expect(failure).toMatchObject({ message: expect.stringContaining('NOAUTH') });
  });

  describe('behind an address that hangs up without a word', () => {
    let address: TcpRelay;
    beforeEach(async () => void (address = await TcpRelay.start(server.port)));
    afterEach(() => address.stop());

    const named = (): RedisStorage => byUrl(`redis://127.0.0.1:${address.port}`);
    const hangUp = async (): Promise<void> => {
      address.to(await freePort());
      address.cut();
    };

    it('fails what is under way at once, and does not send it again', async () => {
      const storage = named();
      await storage.load('user', []);
      const loading = storage.load('user', []);
      address.cut();
      await expect(loading).rejects.toThrow('Redis failed at HGETALL: Reached the max retries per request limit');
      await atLast(() => storage.load('user', []), 'works');
    });

    it('gives no reason that is over: not after Redis was there again', async () => {
      await server.client().config('SET', 'requirepass', 'secret');
      const storage = named();
      expect(await atLast(() => storage.load('user', []), 'fails')).toHaveProperty('message', MISSING_PASSWORD);
      await server.client({ password: 'secret' }).config('SET', 'requirepass', '');
      await atLast(() => storage.load('user', []), 'works');
      await hangUp();
      const failure = await atLast(() => storage.load('user', []), 'fails');
      expect(failure).not.toHaveProperty('message', MISSING_PASSWORD);
    });

    it('gives no reason that is over: not after it was opened anew', async () => {
      await server.client().config('SET', 'requirepass', 'secret');
      const storage = named();
      expect(await atLast(() => storage.load('user', []), 'fails')).toHaveProperty('message', MISSING_PASSWORD);
      await storage.close();
      await hangUp();
      const failure = await Promise.resolve(storage.open(SCOPE)).catch((error: unknown) => error);
      expect(failure).toHaveProperty('message', expect.stringMatching(/^Redis is away/));
      expect(failure).not.toHaveProperty('message', MISSING_PASSWORD);
    });
  });

  it('lets the users of the other nodes go on when one node of a cluster is gone', async () => {
    const { nodes } = await cluster();
    const client = (await cluster()).client({ clusterRetryStrategy: () => 100 });
    const storage = open(new RedisStorage({ client }));
    const users = Array.from({ length: 30 }, (_, i) => `user-${i}`);
    for (const user of users) await storage.save(user, [change]);
    await nodes[0]?.crash();
    const outcomes = await Promise.allSettled(users.map(async (user) => storage.load(user, [])));
    const sizes = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.size] : []));
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(new Set(sizes)).toEqual(new Set([1]));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'VWO_STORAGE' });
  });

  describe('closing', () => {
    it("leaves the user's client open", async () => {
      const client = server.client();
      const storage = byClient(client);
      await storage.load('user', []);
      await expect(storage.close()).resolves.toBeUndefined();
      expect(await client.ping()).toBe('PONG');
      await expect(storage.load('user', [])).resolves.toHaveProperty('size', 0);
    });

    it("says so when the user's client was closed by its owner", async () => {
      const client = server.client();
      const storage = byClient(client);
      await client.quit();
      const closed = 'Redis is away (ioredis is in state "end"; the client was closed)';
      expect(await atLast(() => storage.load('user', []), 'fails')).toMatchObject({ message: closed });
    });

    it('hangs up a connection of our own, once what is under way is done', async () => {
      const storage = byUrl();
      await storage.load('user', []);
      const observer = server.client();
      expect(await connections(observer)).toBe(2);
      const last = storage.save('user', [change]);
      await Promise.all([storage.close(), storage.close()]);
      await last;
      expect(await connections(observer)).toBe(1);
      expect(await observer.exists('vwo:123456:production:user')).toBe(1);
      await expect(storage.load('user', [])).rejects.toThrow('This connection to Redis was closed');
    });

    it('opens no connection before it is used', async () => {
      const storage = new RedisStorage({ url: server.url, ...SCOPE });
      expect(await connections(server.client())).toBe(1);
      await storage.close();
      await expect(storage.load('user', [])).rejects.toThrow('This connection to Redis was closed');
    });

    it.each<[string, () => Promise<RedisStorage>]>([
      [
        'is away',
        async () => {
          const storage = byUrl();
          await storage.load('user', []);
          await server.crash();
          await atLast(() => storage.load('user', []), 'fails');
          return storage;
        },
      ],
      ['was never there', async () => byUrl(`redis://127.0.0.1:${await freePort()}`)],
      [
        'hangs',
        async () => {
          const storage = byUrl();
          await storage.load('user', []);
          server.freeze();
          return storage;
        },
      ],
    ])('ends when Redis %s, and ends all reconnecting', async (_how, make) => {
      const storage = await make();
      await withoutWaiting(() => storage.close());
      server.thaw();
      await server.crash();
      await server.up();
      await expect(storage.load('user', [])).rejects.toMatchObject({ code: 'VWO_STORAGE' });
      expect(await connections(server.client())).toBe(1);
    });
  });
});

const MISSING_PASSWORD: unknown = expect.stringContaining('NOAUTH');

const change: StoredChange = {
  key: 'checkout',
  record: { featureKey: 'checkout', userId: 'user', experimentId: 1 },
  replaces: undefined,
};

/** Timers that ioredis starts meanwhile are due at the next turn. */
async function withoutWaiting<T>(work: () => Promise<T>): Promise<T> {
  const { setTimeout: original } = globalThis;
  const atOnce = (due: () => void): NodeJS.Timeout => original(due, 0);
  globalThis.setTimeout = Object.assign(atOnce, original);
  try {
    return await work();
  } finally {
    globalThis.setTimeout = original;
  }
}

/** How many clients Redis sees, the one that asks included. */
async function connections(client: Redis): Promise<number> {
  return String(await client.call('CLIENT', 'LIST', 'TYPE', 'normal'))
    .trim()
    .split('\n').length;
}

/** Commands that ioredis keeps for later. */
function queued(client: Redis): number {
  return (Reflect.get(client, 'offlineQueue') as { length: number }).length;
}
