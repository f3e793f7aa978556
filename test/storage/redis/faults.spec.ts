import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import type { Visit } from '../../../lib/index.js';
import { abTest, accountSettings, feature, rollout } from '../../../lib/entries/edge.js';
import { RedisStorage, type RedisStorageOptions } from '../../../lib/entries/redis.js';
import { FmeClient } from '../../../lib/fme/index.js';
import { listening, type Said } from '../../client/client.fixture.js';
import { MovedClock } from '../../common/moved-clock.js';
import { eventually } from '../../common/waiting.js';
import { RedisServer } from '../../redis/redis-server.js';

const settings = accountSettings({
  accountId: 123456,
  features: [feature('checkout', [rollout(), abTest({ variations: [{}, {}] })]), feature('banner', [rollout()])],
});
const USERS = Array.from({ length: 40 }, (_, i) => `user-${i}`);
/** Another server has stored a variation for this one that the rules would not give. */
const RETURNING = 'user-7';

interface Fault {
  readonly name: string;
  /** How Redis is started. */
  readonly options?: readonly string[];
  begin(server: RedisServer): Promise<unknown> | void;
  end(server: RedisServer): Promise<unknown> | void;
  /** Reads work all the while. */
  readonly isReadable?: boolean;
}

const admin = (server: RedisServer): Redis => server.client({ password: 'secret' });

const FAULTS: readonly Fault[] = [
  { name: 'is killed and started again', begin: (server) => server.crash(), end: (server) => server.up() },
  { name: 'is paused and goes on', begin: (server) => server.freeze(), end: (server) => server.thaw() },
  {
    name: 'has no memory left',
    begin: (server) => admin(server).config('SET', 'maxmemory', '1'),
    end: (server) => admin(server).config('SET', 'maxmemory', '0'),
    isReadable: true,
  },
  {
    name: 'is a replica, which takes no writes',
    begin: (server) => admin(server).call('REPLICAOF', '127.0.0.1', '1'),
    end: (server) => admin(server).call('REPLICAOF', 'NO', 'ONE'),
    isReadable: true,
  },
];

describe.each(['per-user', 'per-feature'] as const)('a client with records in Redis (%s)', (layout) => {
  let clock: MovedClock;
  let logger: Said;
  let server: RedisServer;
  let client: FmeClient;
  beforeEach(() => {
    clock = new MovedClock();
    logger = listening();
  });
  afterEach(async () => {
    const closing = client.close();
    await eventually(async () => (clock.move(10), await settled(closing)), 'the end of the client');
    await server.stop();
  });

  async function started(options: Partial<RedisStorageOptions> = {}): Promise<void> {
    const storage = new RedisStorage({ url: server.url, layout, ...options });
    client = new FmeClient({ settings, sdkKey: 'key', environment: 'live', events: false, storage, clock, logger });
    await client.start();
  }

  const keyOf = (userId: string, key: string): [string, string] =>
    layout === 'per-user' ? [`vwo:123456:live:${userId}`, key] : [`${key}_${userId}`, ''];

  async function stored(redis: Redis, userId: string, key = 'checkout'): Promise<Record<string, unknown> | undefined> {
    const [place, field] = keyOf(userId, key);
    const text = layout === 'per-user' ? await redis.hget(place, field) : await redis.get(place);
    return text === null ? undefined : (JSON.parse(text) as Record<string, unknown>);
  }

  /** As another server would. */
  async function store(redis: Redis, userId: string, record: object): Promise<void> {
    const [place, field] = keyOf(userId, 'checkout');
    if (layout === 'per-user') await redis.hset(place, field, JSON.stringify(record));
    else await redis.set(place, JSON.stringify(record));
  }

  /** Time passes only while a visit is waited for: 50 ms at most. */
  async function visited(userId: string): Promise<string | undefined> {
    const opening = client.visit({ id: userId });
    let waited = 0;
    await eventually(async () => {
      if (await settled(opening)) return true;
      if (waited < 50) clock.move(10);
      waited += 10;
      return waited > 5_000;
    }, 'a visit');
    expect(waited).toBeLessThan(5_000);
    const visit = await opening;
    const variation = visit.flag('checkout').variation?.key;
    visit.flag('banner');
    void visit.end();
    return variation;
  }

  const inTime = (what: () => Promise<boolean>, name: string): Promise<void> =>
    eventually(async () => (clock.move(100), await what()), name);

  const warnings = (): string[] => logger.lines.filter((line) => line.startsWith('warn'));

  /** What the rules say of these users; one of them has got something else from another server. */
  const other = (variation: string | undefined): object => ({
    featureKey: 'checkout',
    featureId: 1,
    userId: RETURNING,
    rolloutId: 1,
    rolloutKey: 'checkout_rolloutRule1',
    rolloutVariationId: 1,
    experimentId: 2,
    experimentKey: 'checkout_testingRule1',
    experimentVariationId: variation === 'Variation-1' ? 1 : 2,
  });

  describe.each(FAULTS)('that $name', ({ begin, end, isReadable = false, options = [] }) => {
    test('harms no visit and loses nothing: what was decided is in Redis afterwards, and what was stored before stays', async () => {
      server = await RedisServer.start(...options);
      await started();
      await visited('before');
      await inTime(async () => (await stored(server.client(), 'before')) !== undefined, 'a record of before');

      await begin(server);
      const first = new Map<string, string | undefined>();
      for (const user of USERS) first.set(user, await visited(user));
      await inTime(async () => client.counters().storageWriteFailures > 0, 'a write that fails');
      if (!isReadable) {
        const visit = client.openVisit({ id: 'nobody waits' });
        expect(visit).not.toBeInstanceOf(Promise);
        await (visit as Visit).end();
      }
      for (const user of USERS) expect([user, await visited(user)]).toEqual([user, first.get(user)]);
      expect(warnings()).toHaveLength(1);

      await end(server);
      const redis = server.client();
      await store(redis, RETURNING, other(first.get(RETURNING)));
      await inTime(async () => {
        for (const user of USERS) if (!(await stored(redis, user, 'banner'))) return false;
        return true;
      }, 'all that was decided');
      for (const user of USERS) expect(await stored(redis, user)).toMatchObject({ userId: user });
      expect(await stored(redis, RETURNING)).toEqual(other(first.get(RETURNING)));
      await inTime(async () => logger.lines.includes('log: The storage works again.'), 'the end of the fault');
      for (const user of USERS) {
        const again = await visited(user);
        expect([user, again === first.get(user)]).toEqual([user, user !== RETURNING]);
      }
      const { storageRecordsDropped, storageRecordsKept } = client.counters();
      expect(storageRecordsDropped).toBe(0);
      expect(storageRecordsKept).toBeGreaterThanOrEqual(2 * USERS.length);
      expect(logger.lines.filter((line) => line.includes('storage') || line.includes('stored'))).toHaveLength(2);
    });
  });

  test.each<[string, string[], (its: RedisServer) => Promise<unknown>]>([
    ['that is not there at the start', [], (its) => its.up()],
    ['that asks for a password', ['--requirepass', 'secret'], (its) => admin(its).config('SET', 'requirepass', '')],
  ])('%s starts, decides, and has all of it in Redis once it can', async (_what, options, end) => {
    server = await RedisServer.start(...options);
    if (options.length === 0) await server.crash();
    await started();
    for (const user of USERS) expect(await visited(user)).toBeDefined();
    expect(client.openVisit({ id: 'nobody waits' })).not.toBeInstanceOf(Promise);
    expect(warnings()).toHaveLength(1);
    await end(server);
    const redis = server.client();
    await inTime(async () => {
      for (const user of USERS) if (!(await stored(redis, user, 'banner'))) return false;
      return true;
    }, 'all that was decided');
    await inTime(async () => logger.lines.includes('log: The storage works again.'), 'the end of the fault');
    expect(warnings()).toHaveLength(1);
  });

  test('whose key holds something else has its flags all the same, the others their records, and its own once it can', async () => {
    server = await RedisServer.start();
    const redis = server.client();
    const [garbage] = keyOf('ann', 'checkout');
    await redis.lpush(garbage, 'not a record');
    await started();
    const variation = await visited('ann');
    for (let i = 0; i < 5; i++) expect(await visited('ann')).toBe(variation);
    for (const user of USERS.slice(0, 5)) {
      await visited(user);
      await inTime(async () => (await stored(redis, user, 'banner')) !== undefined, 'the record of another user');
      expect((await opened(user)).flag('checkout').source).toBe('storage');
    }
    await redis.del(garbage);
    await inTime(async () => (await stored(redis, 'ann')) !== undefined, 'her record');
  });

  async function opened(userId: string): Promise<Visit> {
    return client.openVisit({ id: userId });
  }

  /** Redis has worked, and went away: what was decided since then has no place when the client begins to close. */
  async function closingWhileAway(): Promise<{ readonly closing: Promise<void> }> {
    server = await RedisServer.start();
    await started();
    await visited('before');
    await inTime(async () => (await stored(server.client(), 'before')) !== undefined, 'a record of before');
    await server.crash();
    for (const user of USERS) await visited(user);
    return { closing: client.close() };
  }

  test('that is away when the client closes loses what was decided, counted and said', async () => {
    const { closing } = await closingWhileAway();
    await inTime(() => settled(closing), 'the end of the client');
    expect(client.counters().storageRecordsDropped).toBe(2 * USERS.length);
    expect(logger.lines).toContain('error: 80 decisions of 40 users were not stored when the client closed.');
  });

  test('that comes back while the client closes gets all of it', async () => {
    const { closing } = await closingWhileAway();
    await server.up();
    await eventually(async () => {
      clock.move(10); // five seconds in steps of which Redis needs some
      return settled(closing);
    }, 'the end of the client');
    expect(client.counters().storageRecordsDropped).toBe(0);
    for (const user of USERS) expect(await stored(server.client(), user)).toMatchObject({ userId: user });
  });
});

async function settled(work: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([work, new Promise((resolve) => setImmediate(resolve, pending))])) !== pending;
}
