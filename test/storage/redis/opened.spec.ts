import { AsyncLocalStorage } from 'node:async_hooks';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FmeClient, VwoStorage } from '../../../lib/index.js';
import { RedisStorage } from '../../../lib/entries/redis.js';
import { VwoEdge } from '../../../lib/entries/edge.js';
import { clientOf } from '../../client/client.fixture.js';
import { orderSettings } from '../../client/products.fixture.js';
import { turns } from '../../common/waiting.js';
import { clusterMeanwhile } from '../../redis/cluster-meanwhile.js';
import { RedisServer } from '../../redis/redis-server.js';

const SCOPE = { accountId: '123456', environment: 'live' };

let server: RedisServer;
let edge: VwoEdge;
const clients: FmeClient[] = [];
const cluster = clusterMeanwhile();
beforeEach(async () => {
  [server, edge] = [await RedisServer.start(), await VwoEdge.start({ settings: orderSettings() })];
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await Promise.all([server.stop(), edge.close()]);
});

const start = async (storage: VwoStorage, more: { readonly settings?: object } = {}): Promise<FmeClient> => {
  const client = await clientOf(edge, { storage, storageTimeout: 2_000, ...more });
  clients.push(client);
  return client;
};

/** A visit of this user: where its flag came from. */
const sourceFor = async (client: FmeClient, id: string): Promise<string> => {
  const visit = await client.visit({ id });
  const { source } = visit.flag('ab');
  await visit.end();
  return source;
};

/** How many clients Redis sees, the one that asks included. */
const connections = async (): Promise<number> =>
  String(await server.client().call('CLIENT', 'LIST', 'TYPE', 'normal'))
    .trim()
    .split('\n').length;

/** As a client does it: it may be a promise. */
const opened = async (storage: VwoStorage): Promise<void> => {
  await (storage.open(SCOPE) as unknown);
};

describe('a RedisStorage with a connection of its own', () => {
  test('is opened again by the next client, after the last one has closed', async () => {
    const storage = new RedisStorage({ url: server.url });
    const first = await start(storage);
    expect(await sourceFor(first, 'ann')).toBe('rules');
    await first.close();

    const next = await start(storage); // another application in the same test file, a hot reload
    expect(await sourceFor(next, 'ann')).toBe('storage');
    expect(await sourceFor(next, 'bob')).toBe('rules');
    expect(next.counters()).toMatchObject({ storageReadFailures: 0, storageWriteFailures: 0 });
    await next.close();
    expect(await connections()).toBe(1);
  });

  test('stays open until the last of the clients that share it has closed', async () => {
    const storage = new RedisStorage({ url: server.url });
    const [one, other] = [await start(storage), await start(storage)];
    expect(await sourceFor(one, 'ann')).toBe('rules');
    await one.close();
    expect(await sourceFor(other, 'ann')).toBe('storage');
    expect(await sourceFor(other, 'bob')).toBe('rules');
    expect(other.counters()).toMatchObject({ storageReadFailures: 0, storageWriteFailures: 0 });
    await other.close();
    expect(await connections()).toBe(1);
  });

  test('is used again without a client: open, close, open', async () => {
    const storage = new RedisStorage({ url: server.url });
    try {
      await opened(storage);
      await storage.close();
      await opened(storage);
      expect((await storage.load('ann', ['ab'])).size).toBe(0);
    } finally {
      await storage.close();
    }
  });

  test('is opened anew at once, though it was closed while it was connecting', async () => {
    const storage = new RedisStorage({ url: server.url });
    const interrupted = opened(storage).catch((error: Error) => error);
    const closing = storage.close();
    const again = opened(storage);
    await expect(again).resolves.toBeUndefined();
    expect(await interrupted).toMatchObject({ code: 'VWO_STORAGE' });
    await closing;
    await storage.close();
  });

  test('is closed for whoever closes it once more than it was opened', async () => {
    const storage = new RedisStorage({ url: server.url });
    await opened(storage);
    await storage.close();
    await storage.close();
    await expect(storage.load('ann', ['ab'])).rejects.toMatchObject({ code: 'VWO_STORAGE' });
    expect(await connections()).toBe(1);
  });
});

describe('a connection that a request is the first to need', () => {
  test('is made in the context of no request', async () => {
    const request = new AsyncLocalStorage<string>();
    const contexts: (string | undefined)[] = [];
    class Watched extends Redis {
      override connect(): Promise<void> {
        contexts.push(request.getStore());
        return super.connect();
      }
    }
    const client = new Watched(server.port, '127.0.0.1', { lazyConnect: true });
    const storage = new RedisStorage({ client, ...SCOPE });
    await request.run('ann', () => storage.load('ann', ['ab']));
    expect(contexts).toEqual([undefined]);
    client.disconnect();
  });
});

describe('after the start of a client its first visit finds Redis', () => {
  const settings = orderSettings(); // given, so that nothing else is waited for

  test('by a URL, though Redis takes its time', async () => {
    server.freeze();
    const storage = new RedisStorage({ url: server.url });
    let isStarted = false;
    const starting = start(storage, { settings }).then((client) => ((isStarted = true), client));
    await turns();
    const before = isStarted;
    server.thaw();
    await starting;
    expect(before).toBe(false);
  });

  test("by the user's client that connects at its first command", async () => {
    const redis = server.client({ lazyConnect: true });
    await start(new RedisStorage({ client: redis }), { settings });
    expect(redis.status).toBe('ready');
  });

  test('by a client of a cluster, on every node of it', async () => {
    const redis = (await cluster()).client({ lazyConnect: true });
    await start(new RedisStorage({ client: redis }), { settings });
    expect(redis.status).toBe('ready');
    expect(redis.nodes().map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
  });
});
