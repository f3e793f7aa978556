import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FmeClient, MemoryStorage } from '../../lib/index.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { abTest, accountSettings, exclusiveGroup, feature, rollout, VwoEdge } from '../../lib/entries/testing.js';
import { listening } from '../client/client.fixture.js';

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

describe('records of groups', () => {
  let edge: VwoEdge;
  beforeAll(async () => void (edge = await VwoEdge.start({ settings })));
  afterAll(() => edge.close());

  /** What is on, and what is stored, after a visit that reads these flags. */
  const outcome = async (Client: typeof FmeClient | typeof SdkClient, read: readonly string[]) => {
    const storage = new MemoryStorage();
    const client = new Client({
      accountId: 123456,
      sdkKey: 'test-sdk-key',
      baseUrl: edge.url,
      storage,
      preload: 'declared',
      logger: listening(),
    });
    await client.start();
    try {
      const visit = await client.visit({ id: 'ann' }, ['first', 'gate', 'last']);
      const on = read.map((key) => `${key}: ${visit.flag(key).isEnabled()} ${visit.flag(key).variation?.campaignKey}`);
      await visit.end();
      return { on, stored: [...(await storage.load('ann', []))].sort(([a], [b]) => (a < b ? -1 : 1)) };
    } finally {
      await client.close();
    }
  };

  test('in a visit that reads three flags, of which one asks for the records of both others, both clients store the same', async () => {
    const read = ['first', 'gate', 'last'];
    expect(await outcome(SdkClient, read)).toEqual(await outcome(FmeClient, read));
  });

  test('flags that are read in another order than declared see what was read before them', async () => {
    const read = ['gate', 'first'];
    expect(await outcome(SdkClient, read)).toEqual(await outcome(FmeClient, read));
  });

  test.each([[['last']], [['gate', 'last']], [['first', 'last']], [['first', 'gate']]])(
    'both clients store the same in a visit that reads only %j of them',
    async (read) => {
      expect(await outcome(SdkClient, read)).toEqual(await outcome(FmeClient, read));
    },
  );
});
