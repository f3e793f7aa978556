import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { RedisStorage, type RedisClient, type RedisStorageOptions } from '../../../lib/entries/redis.js';
import { VwoEdge } from '../../../lib/entries/edge.js';
import { clientOf, listening } from '../../client/client.fixture.js';
import { orderSettings } from '../../client/products.fixture.js';
import { eventually } from '../../common/waiting.js';
import { destroyClients, nodeRedis, VERSIONS } from '../../redis/node-redis.js';
import { RedisServer } from '../../redis/redis-server.js';
import { TcpRelay } from '../../redis/tcp-relay.js';
import { cached, change, closeStorages, found, near, nearStorage, SCOPE, stands } from './near-storages.js';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
});
beforeEach(async () => {
  redis = server.client();
  await redis.call('ACL', 'SETUSER', 'default', '+@all');
  await redis.flushall();
});
/** What a test has started. */
const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await closeStorages();
  destroyClients();
  for (const one of started.splice(0)) await one.stop();
});
afterAll(() => server.stop());

type Address = Pick<RedisServer, 'url'>;

async function relayed(): Promise<TcpRelay> {
  const relay = await TcpRelay.start(server.port);
  started.push(relay);
  return relay;
}

const CLIENTS: readonly [string, (address: Address) => RedisStorageOptions][] = [
  ['a connection of its own', ({ url }) => ({ url })],
  ['ioredis', () => ({ client: server.client() })],
  ...VERSIONS.map(([name, version]): [string, (address: Address) => RedisStorageOptions] => [
    name,
    (address) => ({ client: nodeRedis(version, address, { socket: { reconnectStrategy: 20 } }) }),
  ]),
];

/** Hangs up the connections that are told of changes, and no others. */
async function killTracking(): Promise<void> {
  const clients = String(await redis.call('CLIENT', 'LIST'))
    .trim()
    .split('\n');
  for (const [, id] of clients.flatMap((line) => [/^id=(\d+) .* flags=\w*B/.exec(line) ?? []]))
    if (id !== undefined) await redis.call('CLIENT', 'KILL', 'ID', id);
}

describe.each(CLIENTS)('a near cache over %s', (_name, optionsOf) => {
  it('that is not told of changes answers nothing until it is again, and what changed meanwhile is found', async () => {
    const storage = await nearStorage(optionsOf(server));
    const writer = new RedisStorage({ client: redis, ...SCOPE });
    await writer.save('ann', [change('ann', 1)]);
    await writer.save('bob', [change('bob', 1)]);
    await cached(storage, 'ann');
    await cached(storage, 'bob');
    await redis.call('ACL', 'SETUSER', 'default', '-client|tracking');
    await killTracking();
    await stands(storage, false);
    expect(storage.nearCacheStats()).toMatchObject({ users: 0 });
    for (let i = 2; i <= 5; i++) {
      await writer.save('ann', [change('ann', i, i - 1)]);
      expect(await near(storage, 'ann')).toBeUndefined();
      expect(await found(storage, 'ann')).toBe(i);
    }
    await redis.call('ACL', 'SETUSER', 'default', '+client|tracking');
    await stands(storage);
    expect(await near(storage, 'bob')).toBeUndefined();
    expect(await found(storage, 'ann')).toBe(5);
    await cached(storage, 'ann');
    await writer.save('ann', [change('ann', 6, 5)]);
    await eventually(async () => (await found(storage, 'ann')) === 6, 'the new record');
  });

  it('is empty after Redis was restarted, and stands again', async () => {
    const storage = await nearStorage(optionsOf(server));
    await storage.save('ann', [change('ann', 1)]);
    await cached(storage, 'ann');
    await server.crash();
    await stands(storage, false);
    await server.up();
    await stands(storage);
    expect((await storage.load('ann', ['ab'])).size).toBe(0);
    await storage.save('ann', [change('ann', 2)]);
    await cached(storage, 'ann');
  });
});

it('a near cache whose Redis stands still answers no more after a while, and does so again when it goes on', async () => {
  const storage = await nearStorage({ url: server.url });
  await storage.save('ann', [change('ann', 1)]);
  await cached(storage, 'ann');
  server.freeze();
  expect(await near(storage, 'ann')).toBeDefined();
  await stands(storage, false);
  server.thaw();
  await stands(storage);
  await cached(storage, 'ann');
});

it('a near cache whose connections carry nothing any more, though they stay open, answers no more after a while', async () => {
  const address = await relayed();
  const storage = await nearStorage({ url: `redis://127.0.0.1:${address.port}` });
  const writer = new RedisStorage({ client: redis, ...SCOPE });
  await writer.save('ann', [change('ann', 1)]);
  await cached(storage, 'ann');
  address.delay(3_600_000);
  await writer.save('ann', [change('ann', 2, 1)]);
  await stands(storage, false);
  address.delay(0);
  address.cut();
  await stands(storage);
  expect(await found(storage, 'ann')).toBe(2);
});

it('a near cache whose address leads its two connections to two servers does not stand', async () => {
  const other = await RedisServer.start();
  started.push(other);
  const address = await relayed();
  const storage = await nearStorage({ url: `redis://127.0.0.1:${address.port}` });
  const observer = other.client();
  address.to(other.port); // the connection for commands stays where it is
  await killTracking();
  const hasTried = async (): Promise<boolean> => /cmdstat_client\|tracking/.test(await observer.info('commandstats'));
  await eventually(hasTried, 'the other server to be asked for changes');
  await stands(storage, false);
  await storage.save('ann', [change('ann', 1)]);
  for (let i = 0; i < 3; i++) expect(await near(storage, 'ann')).toBeUndefined();
  address.to(server.port);
  await stands(storage);
});

interface Gate {
  readonly client: RedisClient;
  /** Settles when Redis has answered the next HGETALL, which nobody sees until `open`. */
  close(): Promise<void>;
  open(): void;
}

function gated(redisClient: Redis): Gate {
  let opening: Promise<void> | undefined;
  let answered = (): void => undefined;
  let open = (): void => undefined;
  const call = redisClient.call.bind(redisClient) as (name: string, ...args: string[]) => Promise<unknown>;
  const behindGate = async (name: string, ...args: string[]): Promise<unknown> => {
    const answer = await call(name, ...args);
    if (name !== 'HGETALL') return answer;
    answered();
    await opening;
    return answer;
  };
  return {
    client: Object.assign(redisClient, { call: behindGate }) as RedisClient,
    close() {
      opening = new Promise((resolve) => (open = resolve));
      return new Promise((resolve) => (answered = resolve));
    },
    open: () => open(),
  };
}

describe('what was read before a change and answered after it', () => {
  const told = (storage: RedisStorage): number => storage.nearCacheStats()?.invalidations ?? 0;

  /** Changes, and waits until the near cache knows. */
  async function changed(storage: RedisStorage, work: () => Promise<unknown>): Promise<void> {
    const before = told(storage);
    await work();
    await eventually(() => told(storage) > before, 'the change is told');
  }

  const changes: readonly [string, (writer: RedisStorage, storage: RedisStorage) => Promise<unknown>][] = [
    ['by another process', (writer, storage) => changed(storage, () => writer.save('ann', [change('ann', 2, 1)]))],
    ['by its own', (_writer, storage) => storage.save('ann', [change('ann', 2, 1)])],
    [
      'of all users',
      async (writer, storage) => {
        await changed(storage, () => redis.flushall());
        await writer.save('ann', [change('ann', 2)]);
      },
    ],
    [
      'while no changes were told',
      async (writer, storage) => {
        await redis.call('ACL', 'SETUSER', 'default', '-client|tracking');
        await killTracking();
        await stands(storage, false);
        await writer.save('ann', [change('ann', 2, 1)]);
        await redis.call('ACL', 'SETUSER', 'default', '+client|tracking');
        await stands(storage);
      },
    ],
  ];

  it.each(changes)('is not kept: a change %s', async (_what, happens) => {
    const gate = gated(server.client());
    const storage = await nearStorage({ client: gate.client });
    const writer = new RedisStorage({ client: redis, ...SCOPE });
    await changed(storage, () => writer.save('ann', [change('ann', 1)]));
    const answered = gate.close();
    const reading = found(storage, 'ann');
    await answered;
    await happens(writer, storage);
    gate.open();
    expect(await reading).toBe(1);
    expect(storage.nearCacheStats()?.users).toBe(0);
    expect(await found(storage, 'ann')).toBe(2);
  });

  it('is kept where nothing changed', async () => {
    const gate = gated(server.client());
    const storage = await nearStorage({ client: gate.client });
    await changed(storage, () => storage.save('ann', [change('ann', 1)]));
    const answered = gate.close();
    const reading = found(storage, 'ann');
    await answered;
    await changed(storage, () => storage.save('bob', [change('bob', 1)]));
    gate.open();
    await reading;
    expect(await near(storage, 'ann')).toBeDefined();
  });
});

describe('a near cache that Redis refuses to tell of changes', () => {
  const ofIoredis = (): RedisClient => server.client({ username: 'app', password: 'secret', enableReadyCheck: false });
  const clients: readonly [string, string, () => RedisClient][] = [
    ...['-client|tracking', '-client|id', '-info', '-subscribe'].map((right): [string, string, () => RedisClient] => [
      right,
      'ioredis',
      ofIoredis,
    ]),
    ...VERSIONS.flatMap(([name, version]) =>
      ['-client|tracking', '-info'].map((right): [string, string, () => RedisClient] => [
        right,
        name,
        () => nodeRedis(version, { url: server.url.replace('//', '//app:secret@') }),
      ]),
    ),
  ];

  it.each(clients)('is off, said once, and the storage goes on: %s, over %s', async (right, _name, appOf) => {
    await redis.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', '~*', '&*', '+@all', right);
    const logger = listening();
    const edge = await VwoEdge.start({ settings: orderSettings() });
    const storage = new RedisStorage({ client: appOf(), nearCache: {} });
    const client = await clientOf(edge, { storage, storageTimeout: 2_000, logger });
    const warned = (): string[] =>
      logger.lines.filter((line) => line.startsWith('warn: The near cache of Redis is off: NOPERM'));
    await eventually(() => warned().length > 0, 'the warning');
    for (const source of ['rules', 'storage', 'storage']) {
      const visit = await client.visit({ id: 'ann' });
      expect(visit.flag('ab').source).toBe(source);
      await visit.end();
    }
    expect(client.stats().storage).toMatchObject({ available: true, nearCache: { stands: false, hits: 0 } });
    await redis.call('ACL', 'SETUSER', 'app', '+@all');
    await stands(storage);
    expect(warned()).toHaveLength(1);
    await client.close();
    await edge.close();
  });
});
