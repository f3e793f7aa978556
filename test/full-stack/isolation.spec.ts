import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import type { SdkUser } from '../../lib/full-stack/sdk-user.js';
import { VwoNodeSdk } from '../../lib/full-stack/vwo-node-sdk.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';
import { captureRequests, realSdk } from './real-sdk.js';

const USERS = Array.from({ length: 60 }, (_, i) => `user-${i}`);

/** Settings under which users are bucketed in VWO's older or newer way. */
const bucketed = (isNBv2: boolean, accountId = 123456) => ({
  ...fullStackSettings({ accountId, campaigns: [visualAb('checkout-test', { goals: ['bought'] })] }),
  isNBv2,
});

const names = async (client: FullStackClient): Promise<(string | undefined)[]> =>
  Promise.all(USERS.map(async (id) => (await visitOf(client, id)).flag('checkout-test').variation?.key));

describe('vwo-node-sdk inside this library', () => {
  let edge: VwoEdge;
  let other: VwoEdge;
  const clients: FullStackClient[] = [];

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile: shopSettingsFile() });
    other = await VwoEdge.start();
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await Promise.all([edge.close(), other.close()]);
  });

  async function clientAt(where: VwoEdge, accountId = 123456): Promise<FullStackClient> {
    const client = await fullStackClient(where, { accountId, storage: new MemoryStorage() });
    clients.push(client);
    return client;
  }

  it.each([false, true])('sends nothing to VWO behind our back (event architecture: %s)', async (eventArchitecture) => {
    edge.setSettingsFile(shopSettingsFile({ eventArchitecture }));
    const network = captureRequests();
    const client = await clientAt(edge);
    const visit = await visitOf(client, 'ann');
    for (const key of ['checkout-test', 'banner', 'pricing', 'closed', 'paused']) visit.flag(key).getVariables();
    visit.track('bought');
    visit.track('bought', { campaigns: ['checkout-test', 'pricing'] });
    visit.setAttribute({ plan: 'gold', country: 'IN' });
    await visit.end();
    expect(await client.flush()).toBe(true);
    await client.close();
    network.restore();
    expect(network.requests).toEqual([]);
    expect(edge.eventsOf('ann').length).toBeGreaterThan(4);
  });

  it('starts no timer, prints nothing and leaves nothing open', () => {
    const spies = [
      jest.spyOn(globalThis, 'setTimeout'),
      jest.spyOn(globalThis, 'setInterval'),
      ...(['log', 'info', 'warn', 'error'] as const).map((level) => jest.spyOn(console, level)),
    ];
    const open = process.getActiveResourcesInfo().length;
    const errors: string[] = [];
    const settingsFile = shopSettingsFile();
    const sdk = new VwoNodeSdk(settingsFile, {
      shouldTrackReturningUser: false,
      goalTypeToTrack: 'ALL',
      onError: (message) => void errors.push(message),
    });
    const events: unknown[] = [];
    const user: SdkUser = {
      context: { id: 'ann' },
      stored: () => undefined,
      store: () => undefined,
      onEvent: (event) => void events.push(event),
    };
    for (const campaign of settingsFile.campaigns.slice(0, 2)) sdk.activate(user, campaign);
    sdk.push(user, { plan: 'gold' });
    sdk.track(user, ['checkout-test'], { identifier: 'paid', revenue: undefined, properties: undefined });
    expect(events).toHaveLength(3);
    expect(errors).toEqual([expect.stringContaining('revenue')]);
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
    expect(process.getActiveResourcesInfo().length).toBe(open);
  });

  it('does not meet a second client: other settings, other bucketing, other records, other events', async () => {
    edge.setSettingsFile(bucketed(false));
    const before = await names(await clientAt(edge));
    other.setSettingsFile(bucketed(true, 654321));
    const [first, second] = [await clientAt(edge), await clientAt(other, 654321)];
    const theirs = await names(second);
    expect(await names(first)).toEqual(before);
    expect(theirs).not.toEqual(before);
    expect(await names(second)).toEqual(theirs);

    const visit = await visitOf(second, 'ann');
    visit.flag('checkout-test');
    await visit.end();
    expect((await first.storedDecisions('ann')).size).toBe(0);
    await Promise.all([first.flush(), second.flush()]);
    expect(edge.eventsOf('ann')).toEqual([]);
    expect(other.eventsOf('ann')).toHaveLength(1);
  });

  it("leaves the application's own instance of the SDK alone: its hook, its bucketing, its URLs", async () => {
    const network = captureRequests();
    const callback = jest.fn();
    const config = { integrations: { callback }, isDevelopmentMode: false };
    const own = realSdk({ ...bucketed(true), collectionPrefix: 'eu' }, config);
    const alone = USERS.map((id) => own.activate('checkout-test', id));
    const hooked = callback.mock.calls.length;
    expect(hooked).toBe(USERS.length);

    edge.setSettingsFile({ ...bucketed(false), collectionPrefix: 'as' });
    await names(await clientAt(edge));
    expect(callback).toHaveBeenCalledTimes(hooked);
    expect(USERS.map((id) => own.activate('checkout-test', id))).toEqual(alone);
    expect(callback).toHaveBeenCalledTimes(hooked + USERS.length);
    expect(new Set(network.requests.map(({ path }) => path.split('?')[0]))).toEqual(
      new Set(['/eu/server-side/track-user']),
    );
    network.restore();
  });

  it('the SDK buckets the users of all its instances as the last one launched says', () => {
    const network = captureRequests();
    const first = realSdk(bucketed(false));
    const before = USERS.map((id) => first.activate('checkout-test', id));
    realSdk(bucketed(true, 654321));
    expect(USERS.map((id) => first.activate('checkout-test', id))).not.toEqual(before);
    network.restore();
  });

  it('keeps a visit on the settings it was opened with', async () => {
    edge.setSettingsFile(bucketed(false));
    const client = await clientAt(edge);
    const open = await Promise.all(USERS.map((id) => visitOf(client, id)));
    edge.setSettingsFile(bucketed(true));
    expect(await client.refresh()).toBe(true);
    const later = await names(client);
    const inOpen = open.map((visit) => visit.flag('checkout-test').variation?.key);
    edge.setSettingsFile(bucketed(false));
    await client.refresh();
    expect(inOpen).toEqual(await names(client));
    expect(inOpen).not.toEqual(later);
  });

  it('gives each of many interleaved visits its own user, records and events', async () => {
    edge.setSettingsFile(bucketed(false));
    const storage = new MemoryStorage();
    for (const [i, id] of USERS.entries()) {
      if (i % 2 === 0) continue;
      const record = { userId: id, campaignKey: 'checkout-test', variationName: i % 3 ? 'Control' : 'Variation-1' };
      await storage.save(id, [{ key: 'checkout-test', record, replaces: undefined }]);
    }
    const client = await fullStackClient(edge, { storage });
    clients.push(client);
    const visits = await Promise.all(USERS.map((id) => visitOf(client, id)));
    const read = visits.map((visit) => visit.flag('checkout-test'));
    visits.forEach((visit) => visit.track('bought'));
    await Promise.all(visits.map((visit) => visit.end()));
    await client.flush();
    for (const [i, id] of USERS.entries()) {
      const stored = (await client.storedDecisions(id)).get('checkout-test');
      const variationName = read[i]?.variation?.key;
      if (i % 2 === 1) expect(variationName).toBe(i % 3 ? 'Control' : 'Variation-1');
      expect(stored).toEqual({ userId: id, campaignKey: 'checkout-test', variationName, goalIdentifier: 'bought' });
      const goal = { id: 1, variation: read[i]?.variation?.id, goal: 101 };
      expect(edge.eventsOf(id).map(({ props }) => props)).toEqual([
        ...(i % 2 === 0 ? [{ id: 1, variation: read[i]?.variation?.id }] : []),
        goal,
      ]);
    }
  });
});
