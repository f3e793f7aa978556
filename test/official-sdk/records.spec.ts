import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredDecision } from '../../lib/model/index.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { shopSettings } from '../client/client.fixture.js';
import { closeClients, sdkClientOf } from './sdk.fixture.js';

/** Some of them the SDK itself would accept. */
describe("a stored record, with VWO's own SDK", () => {
  let edge: VwoEdge;
  beforeAll(async () => void (edge = await VwoEdge.start()));
  afterEach(closeClients);
  afterAll(() => edge.close());

  const SIX = {
    featureKey: 'checkout',
    userId: 'alice',
    rolloutId: 1,
    rolloutKey: 'checkout_rolloutRule1',
    rolloutVariationId: 1,
    experimentId: 2,
    experimentKey: 'checkout_testingRule1',
    experimentVariationId: 2,
  };
  const OTHER = { ...SIX, experimentVariationId: 1 };

  /** One visit of alice's, who has this record: her flag, and what is stored afterwards. */
  async function visited(record: StoredDecision, { settings = shopSettings() as object, key = 'checkout' } = {}) {
    edge.setSettings(settings);
    const storage = new MemoryStorage();
    await storage.save('alice', [{ key, record, replaces: undefined }]);
    const client = await sdkClientOf(edge, { storage });
    const visit = await client.visit({ id: 'alice' }, [key]);
    const flag = visit.flag(key);
    await visit.end();
    const counters = client.counters();
    await client.close();
    return { flag, counters, stored: (await storage.load('alice', [key])).get(key) };
  }

  it('keeps the user in the variation, whatever the rules say, with or without `featureId`', async () => {
    for (const record of [SIX, OTHER, { ...OTHER, featureId: 1 }]) {
      const { flag, stored, counters } = await visited(record);
      expect(flag).toMatchObject({ source: 'storage', variation: { id: record.experimentVariationId } });
      expect(stored).toEqual(record);
      expect(counters).toMatchObject({ decisions: 0, storageWrites: 0 });
    }
  });

  it.each([
    ["another user's", { ...OTHER, userId: 'bob' }],
    ["another feature's", { ...OTHER, featureKey: 'banner' }],
    ['of a feature that was made anew under this key', { ...OTHER, featureId: 99 }],
    ['with ids as text', { ...OTHER, experimentVariationId: '1' }],
  ])('that is %s is refused, counted, and replaced', async (_what, record) => {
    const { flag, stored, counters } = await visited(record);
    expect(flag).toMatchObject({ source: 'rules', variation: { id: 2 } });
    expect(stored).toMatchObject({ ...SIX, featureId: 1 });
    expect(counters.storageRecordsRefused).toBe(1);
  });

  it('of a campaign that another feature has is not believed', async () => {
    const foreign = { featureKey: 'checkout', userId: 'alice', rolloutId: 3, rolloutKey: 'banner_rolloutRule1' };
    const { flag } = await visited({ ...foreign, rolloutVariationId: 1 });
    expect(flag).toMatchObject({ source: 'rules', variation: { campaignKey: 'checkout_testingRule1' } });
  });

  it('does not keep a flag on whose rules are gone (a kill switch), or whose feature is', async () => {
    const settings = shopSettings();
    const features = settings.features.map((each) => (each.key === 'checkout' ? { ...each, rules: [] } : each));
    const killed = await visited(OTHER, { settings: { ...settings, features } });
    expect(killed.flag.isEnabled()).toBe(false);
    const gone = { ...settings, features: features.filter(({ key }) => key !== 'checkout') };
    expect((await visited(OTHER, { settings: gone })).flag.isEnabled()).toBe(false);
  });

  it('of a variation that is gone means a new decision; fields of the user stay in it', async () => {
    const { flag, stored } = await visited({ ...OTHER, experimentVariationId: 9, note: 'mine' });
    expect(flag).toMatchObject({ source: 'rules', variation: { id: 2 } });
    expect(stored).toEqual({ ...SIX, featureId: 1, note: 'mine' });
  });

  it('with a rollout only is kept, and written again only when something changes', async () => {
    const settings = accountSettings({ features: [feature('banner', [rollout()])] });
    const record = { featureKey: 'banner', featureId: 1, userId: 'alice', rolloutId: 1, rolloutVariationId: 1 };
    const same = await visited({ ...record, rolloutKey: 'banner_rolloutRule1' }, { settings, key: 'banner' });
    expect(same.flag.source).toBe('storage');
    expect(same.counters.storageWrites).toBe(0);
  });

  it('is written where the storage could not be read, and nothing is stored', async () => {
    edge.setSettings(shopSettings());
    const storage = new MemoryStorage();
    const client = await sdkClientOf(edge, { storage });
    const { load } = storage;
    storage.load = () => Promise.reject(new Error('down'));
    const visit = await client.visit({ id: 'alice' }, ['checkout']);
    expect(visit.flag('checkout').isEnabled()).toBe(true);
    await visit.end();
    expect(client.counters()).toMatchObject({ storageReadFailures: 1, storageWrites: 1 });
    storage.load = load;
    expect((await client.storedDecisions('alice')).get('checkout')).toMatchObject({ userId: 'alice' });
  });
});
