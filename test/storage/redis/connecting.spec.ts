import { EventEmitter, once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RedisStorage } from '../../../lib/entries/redis.js';
import { freePort } from '../../redis/free-port.js';
import { RedisServer } from '../../redis/redis-server.js';

const SCOPE = { accountId: '123456', environment: 'live' };
/** What waits for a client to become ready, or for its attempt to fail. */
const listeners = (client: EventEmitter): readonly number[] =>
  ['ready', 'close', 'end'].map((event) => client.listenerCount(event));

/** An attempt that never comes by itself within a test, in ms. */
const NEVER = 10 * 60_000;

describe('while the client of the application connects', () => {
  let server: RedisServer;
  beforeEach(async () => void (server = await RedisServer.start()));
  afterEach(() => server.stop());

  const storageOf = (client: Redis): RedisStorage => new RedisStorage({ client, ...SCOPE });

  test('however many requests wait for it, one listens, and none does afterwards', async () => {
    const client = server.client({ lazyConnect: true });
    const before = listeners(client);
    const storage = storageOf(client);
    const loads = Array.from({ length: 100 }, async () => storage.load('ann', []));
    for (const [i, count] of listeners(client).entries()) expect(count).toBeLessThanOrEqual((before[i] ?? 0) + 1);
    await Promise.all(loads);
    expect(listeners(client)).toEqual(before);
  });

  test('a request that waits for an attempt goes on when it fails, and nothing listens any more', async () => {
    await server.crash();
    const client = server.client({ lazyConnect: true, retryStrategy: () => NEVER, disconnectTimeout: 10 });
    const before = listeners(client);
    await expect(storageOf(client).load('ann', [])).rejects.toMatchObject({ code: 'VWO_STORAGE' });
    expect(listeners(client)).toEqual(before);
  });

  test('a request waits also where the connection stands and Redis has not said yet that it is ready', async () => {
    server.freeze();
    const client = server.client();
    await once(client, 'connect');
    const loading = storageOf(client).load('ann', []);
    server.thaw();
    await expect(loading).resolves.toHaveProperty('size', 0);
  });

  test('a request waits each time anew: also after an earlier connection was lost', async () => {
    const client = server.client({ lazyConnect: true, enableOfflineQueue: false });
    const storage = storageOf(client);
    await storage.load('ann', []);
    client.disconnect();
    await once(client, 'end');
    void client.connect();
    await expect(storage.load('ann', [])).resolves.toHaveProperty('size', 0);
  });

  test('a start waits for the next attempt where the last one has failed', async () => {
    const client = server.client({ retryStrategy: () => NEVER });
    await once(client, 'ready');
    await server.crash();
    if (client.status !== 'reconnecting') await once(client, 'reconnecting');
    const opening = storageOf(client).open(SCOPE);
    await server.up();
    void client.connect();
    await opening;
    expect(client.status).toBe('ready');
  });

  test('a request goes on at once where the last attempt has failed, and is told that it works again by itself', async () => {
    const client = server.client({ retryStrategy: () => NEVER });
    await once(client, 'ready');
    await server.crash();
    if (client.status !== 'reconnecting') await once(client, 'reconnecting');
    await expect(storageOf(client).load('ann', [])).rejects.toMatchObject({
      message: 'Redis is away (ioredis is in state "reconnecting"; it works again as soon as ioredis has reconnected)',
    });
  });
});

test('a storage that is closed while it waits for the next attempt does not wait any longer', async () => {
  const storage = new RedisStorage({ url: `redis://127.0.0.1:${await freePort()}`, ...SCOPE });
  await expect(storage.open(SCOPE)).rejects.toMatchObject({ code: 'VWO_STORAGE' });
  await turn();
  const opening = storage.open(SCOPE);
  const closing = storage.close();
  await expect(opening).rejects.toMatchObject({ code: 'VWO_STORAGE' });
  await closing;
});

describe('a cluster whose nodes are asked at the start', () => {
  type Answer = () => Promise<unknown>;

  /** A client as far as the storage uses it, connected, with these nodes. */
  const clusterOf = (...nodes: Answer[]) =>
    Object.assign(new EventEmitter(), {
      status: 'ready',
      isCluster: true,
      connect: () => Promise.resolve(),
      call: () => Promise.resolve([]),
      nodes: () => nodes.map((call) => ({ call })),
    });
  const answers: Answer = () => Promise.resolve('PONG');
  const refuses: Answer = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const opened = (...nodes: Answer[]) => new RedisStorage({ client: clusterOf(...nodes) }).open(SCOPE);

  test('is open when one of them answers, whatever the others say', async () => {
    await expect(opened(refuses, answers)).resolves.toBeUndefined();
    await expect(opened(answers, answers)).resolves.toBeUndefined();
  });

  test('is not open when none does, and says why', async () => {
    await expect(opened(refuses, refuses)).rejects.toMatchObject({
      code: 'VWO_STORAGE',
      message: 'Redis failed at PING: connect ECONNREFUSED',
    });
  });

  test('waits for those that take their time', async () => {
    let answer = (_text: string): void => undefined;
    const slow: Answer = () => new Promise((resolve) => (answer = resolve));
    let isOpen = false;
    const opening = opened(answers, slow).then(() => (isOpen = true));
    for (let i = 0; i < 20; i++) await turn();
    expect(isOpen).toBe(false);
    answer('PONG');
    await opening;
  });
});
