import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FmeClient, type FmeClientOptions, MemoryStorage, type Visit, type VwoClient } from '../../lib/index.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { abTest, accountSettings, exclusiveGroup, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';
import { judge } from '../differential/judge.js';

/**
 * `last` is open to users who have `gate`, and its test shares a group with the one of `first`, which it is preferred to.
 * In a visit that reads the three in this order, deciding `last` asks for the new record of `gate`, and only with that at
 * hand for the one of `first`.
 */
const built = accountSettings({
  features: [
    feature('first', [abTest({ variations: [{}, {}] })]),
    feature('gate', [rollout()]),
    feature('last', [rollout({ segments: { or: [{ featureId: { '2': 'on' } }] } }), abTest({ variations: [{}, {}] })]),
  ],
  groups: [exclusiveGroup('tests', ['first', 'last'], { priority: ['last', 'first'] })],
});
const settings = { ...built, features: built.features.map((each) => ({ ...each, isGatewayServiceRequired: true })) };
const KEYS = ['first', 'gate', 'last'];

/** Every order in which some of these flags, or all, can be read. */
function ordersOf(keys: readonly string[]): string[][] {
  return keys.flatMap((key) => {
    const others = keys.filter((each) => each !== key);
    return [[key], ...ordersOf(others).map((order) => [key, ...order])];
  });
}

describe('flags that look at the records of others', () => {
  let edge: VwoEdge;
  beforeAll(async () => void (edge = await VwoEdge.start({ settings })));
  afterAll(() => edge.close());

  const native = (options: FmeClientOptions): VwoClient => new FmeClient(options);
  const official = (options: FmeClientOptions): VwoClient => new SdkClient({ ...options, sdk: judge });

  /** What a visit does, and what is stored after it. */
  const outcome = async (
    build: typeof native,
    declared: readonly string[],
    work: (visit: Visit) => Promise<unknown>,
  ) => {
    const storage = new MemoryStorage();
    const client = build({
      accountId: 123456,
      sdkKey: 'test-sdk-key',
      baseUrl: edge.url,
      storage,
      preload: 'declared',
      logger: listening(),
    });
    await client.start();
    try {
      const visit = await client.visit({ id: 'ann' }, declared);
      const seen = await work(visit);
      await visit.end();
      return { seen, stored: [...(await storage.load('ann', []))].sort(([a], [b]) => (a < b ? -1 : 1)) };
    } finally {
      await client.close();
    }
  };

  const reading = (keys: readonly string[]) => (visit: Visit) =>
    Promise.resolve(
      keys.map((key) => `${key}: ${visit.flag(key).isEnabled()} ${visit.flag(key).variation?.campaignKey}`),
    );

  test.each(ordersOf(KEYS).map((order) => [order]))(
    'are decided and stored as on the native client in a visit that reads %j',
    async (order) => {
      const found = await outcome(official, KEYS, reading(order));
      expect(found).toEqual(await outcome(native, KEYS, reading(order)));
    },
  );

  test.each(ordersOf(KEYS).flatMap((order) => order.map((_, at) => [order.slice(0, at), order.slice(at)])))(
    'see those read before they were declared, and are seen by those declared before: %j, then %j',
    async (before, after) => {
      const others = KEYS.filter((key) => !before.includes(key));
      for (const early of [before, [...before, ...others.slice(0, 1)]]) {
        const work = async (visit: Visit) => {
          const first = await reading(before)(visit);
          await visit.declare?.(KEYS);
          return [first, await reading(after)(visit)];
        };
        expect(await outcome(official, early, work)).toEqual(await outcome(native, early, work));
      }
    },
  );
});

/** `all-pairs` is on for users who have one flag of each of five pairs: there are 63 ways to find that out. */
const PAIRS = 5;
const halves = Array.from({ length: 2 * PAIRS }, (_, i) => `half-${i + 1}`);
const has = (id: number) => ({ or: [{ featureId: { [id]: 'on' } }] });
const onePerPair = Array.from({ length: PAIRS }, (_, i) => ({ or: [has(2 * i + 1), has(2 * i + 2)] }));
const pairs = accountSettings({
  features: [
    ...halves.map((key) => feature(key, [rollout()])),
    feature('all-pairs', [rollout({ segments: { and: onePerPair } })]),
  ],
});

describe('a flag that looks at the records of more flags than can be asked for', () => {
  let edge: VwoEdge;
  beforeAll(async () => void (edge = await VwoEdge.start({ settings: pairs })));
  afterAll(() => edge.close());

  const read = async (before: readonly string[]) => {
    const logger = listening();
    const client = new SdkClient({ accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url, logger });
    await client.start();
    try {
      const visit = await client.visit({ id: 'ann' }, [...halves, 'all-pairs']);
      for (const key of before) visit.flag(key);
      return { on: visit.flag('all-pairs').isEnabled(), said: logger.lines.join() };
    } finally {
      await client.close();
    }
  };

  test('is decided right when it is read first, and when all that were declared before it were read', async () => {
    expect(await read([])).toEqual({ on: false, said: expect.not.stringContaining('all-pairs') });
    expect(await read(halves)).toEqual({ on: true, said: expect.not.stringContaining('all-pairs') });
  });

  test('is decided as if it were read first in a case that was not asked for, which is said', async () => {
    const last = halves.filter((_, i) => i % 2 === 1); // the last one of each pair
    const { on, said } = await read(last);
    expect(on).toBe(false);
    expect(said).toContain('Flag "all-pairs" was decided as if no other flag had been read in its visit');
  });
});
