import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient, FullStackSettings } from '../../lib/entries/full-stack.js';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { MemoryStorage, type StoredDecision } from '../../lib/index.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';

const ONLY = { campaigns: 'checkout-test' };
const GONE = { userId: 'ann', campaignKey: 'checkout-test', variationName: 'Gone' };

describe('track alone, where the stored variation is gone from the campaign', () => {
  let edge: VwoEdge;
  const clients: FullStackClient[] = [];

  beforeEach(async () => void (edge = await VwoEdge.start()));
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await edge.close();
  });

  async function clientWith(record: StoredDecision, settingsFile: FullStackSettings = shopSettingsFile()) {
    edge.setSettingsFile(settingsFile);
    const storage = new MemoryStorage();
    await storage.save('ann', [{ key: String(record.campaignKey), record, replaces: undefined }]);
    const client = await fullStackClient(edge, { storage });
    clients.push(client);
    return client;
  }

  const goals = () => edge.eventsOf('ann').filter(({ name }) => name === 'track-goal');

  /** The variation that the rules give to ann. */
  async function byRules(settingsFile: FullStackSettings = shopSettingsFile()): Promise<string | undefined> {
    const client = await clientWith({ userId: 'ann', campaignKey: 'no-such-campaign' }, settingsFile);
    return (await visitOf(client, 'ann')).flag('checkout-test').variation?.key;
  }

  it('decides anew, tracks the goal and stores what was decided', async () => {
    const variationName = await byRules();
    const client = await clientWith(GONE);
    const visit = await visitOf(client, 'ann');
    expect(visit.track('bought', ONLY)).toBe(true);
    await visit.end();
    await client.flush();
    expect(goals().map(({ props }) => props)).toEqual([
      { id: 1, variation: variationName === 'Control' ? 1 : 2, goal: 101 },
    ]);
    const stored = (await client.storedDecisions('ann')).get('checkout-test');
    expect(stored).toEqual({ userId: 'ann', campaignKey: 'checkout-test', variationName, goalIdentifier: 'bought' });
  });

  it('the goal is tracked once, in this visit and at later ones', async () => {
    const client = await clientWith(GONE);
    for (const expected of [true, false]) {
      const visit = await visitOf(client, 'ann');
      expect([visit.track('bought', ONLY), visit.track('bought', ONLY)]).toEqual([expected, false]);
      await visit.end();
    }
  });

  it('goals of the variation that is gone do not count for the new one', async () => {
    const client = await clientWith({ ...GONE, goalIdentifier: 'bought', metaData: { shop: 'north' } });
    const visit = await visitOf(client, 'ann');
    expect(visit.track('bought', ONLY)).toBe(true);
    await visit.end();
    const stored = (await client.storedDecisions('ann')).get('checkout-test');
    expect(stored).toMatchObject({ goalIdentifier: 'bought' });
    expect(stored).not.toHaveProperty('metaData');
  });

  it('outside a visit too', async () => {
    const client = await clientWith(GONE);
    expect(client.track({ id: 'ann' }, 'bought', ONLY)).toBe(true);
    await client.flush();
    expect(goals()).toHaveLength(1);
  });

  it('in a group too, where the SDK keeps out a user with such a record', async () => {
    const campaigns = [visualAb('checkout-test', { goals: ['bought'] }), visualAb('other', { percent: 0 })];
    const groups = [{ name: 'exclusive', campaigns: ['checkout-test', 'other'] }];
    const client = await clientWith(GONE, fullStackSettings({ campaigns, groups }));
    const visit = await visitOf(client, 'ann');
    expect(visit.track('bought')).toBe(true);
  });

  it('tracks nothing for a user whom the rules keep out of the campaign', async () => {
    const closed = visualAb('checkout-test', { goals: ['bought'], percent: 0 });
    const client = await clientWith(GONE, fullStackSettings({ campaigns: [closed] }));
    const visit = await visitOf(client, 'ann');
    expect(visit.track('bought')).toBe(false);
    await visit.end();
    await client.flush();
    expect(edge.eventsOf('ann')).toEqual([]);
    expect((await client.storedDecisions('ann')).get('checkout-test')).toEqual(GONE);
  });

  it.each([[{}], [1.5], [['bought']], [true]])(
    'goals of a good record that are no text are none, and do not keep the user from being tracked: %j',
    async (goalIdentifier) => {
      const record = { ...GONE, variationName: 'Control', goalIdentifier } as unknown as StoredDecision;
      const client = await clientWith(record);
      const visit = await visitOf(client, 'ann');
      expect([visit.track('bought', ONLY), visit.flag('checkout-test').variation?.key]).toEqual([true, 'Control']);
      await visit.end();
      expect((await client.storedDecisions('ann')).get('checkout-test')).toMatchObject({ goalIdentifier: 'bought' });
    },
  );
});
