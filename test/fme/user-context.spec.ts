import { afterEach, describe, expect, test } from '@jest/globals';
import { FmeClient, type VwoClient, type VwoUserContext } from '../../lib/index.js';
import { accountSettings, feature, personalise, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { listening } from '../client/client.fixture.js';

/** `vip` for everybody, `indian` by location, `chrome` by browser. */
const built = accountSettings({
  features: [
    feature('vip', [rollout()], { metrics: ['order'] }),
    feature('indian', [personalise({ segments: { and: [{ country: 'India' }] } })]),
    feature('chrome', [personalise({ segments: { or: [{ browser_string: 'wildcard(*Chrome*)' }] } })]),
  ],
});
/** As VWO marks features whose rules ask for location or browser. */
const settings = {
  ...built,
  features: built.features.map((each) => ({ ...each, isGatewayServiceRequired: each.key !== 'vip' })),
};

const KINDS = [
  ['FmeClient', FmeClient],
  ['SdkClient', SdkClient],
] as const;

describe.each(KINDS)('the user context of a %s', (_name, Client) => {
  let edge: VwoEdge;
  let client: VwoClient;
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  const start = async ({ gateway = false } = {}): Promise<VwoClient> => {
    edge = await VwoEdge.start({ settings });
    client = new Client({
      accountId: 123456,
      sdkKey: 'test-sdk-key',
      baseUrl: edge.url,
      logger: listening(),
      ...(gateway && { gateway: { url: edge.url, timeout: 2_000 } }),
      ...(Client === SdkClient && { decide: 'all' }),
    });
    await client.start();
    return client;
  };
  const opened = async (user: object) => client.visit(user as VwoUserContext);
  const impressionOf = async (user: object) => {
    const visit = await opened(user);
    visit.flag('vip');
    await visit.end();
    await client.flush();
    return edge.eventsOf('ann').find(({ name }) => name === 'vwo_variationShown');
  };

  test('`postSegmentationVariables` names custom variables that impressions carry', async () => {
    await start();
    const customVariables = { plan: 'gold', age: 30, city: 'Pune' };
    const event = await impressionOf({
      id: 'ann',
      customVariables,
      postSegmentationVariables: ['plan', 'age', 'none'],
    });
    expect(event?.attributes).toMatchObject({ plan: 'gold', age: 30 });
    expect(event?.attributes).not.toHaveProperty('city');
    expect(event?.attributes).not.toHaveProperty('none');
  });

  test('without `postSegmentationVariables` impressions carry no custom variable', async () => {
    await start();
    const event = await impressionOf({ id: 'ann', customVariables: { plan: 'gold' } });
    expect(event?.attributes).not.toHaveProperty('plan');
  });

  test('custom events carry none of them, as in the SDK of VWO', async () => {
    await start();
    const user = { id: 'ann', customVariables: { plan: 'gold' }, postSegmentationVariables: ['plan'] };
    client.track(user as VwoUserContext, 'order');
    await client.flush();
    const event = edge.eventsOf('ann').find(({ name }) => name === 'order');
    expect(event?.attributes).not.toHaveProperty('plan');
  });

  test('`_vwo` says the location, where no gateway does', async () => {
    await start();
    const visit = await opened({ id: 'ann', ipAddress: '203.0.113.7', _vwo: { location: { country: 'India' } } });
    expect(visit.flag('indian').isEnabled()).toBe(true);
    const elsewhere = await opened({ id: 'bob', ipAddress: '203.0.113.7', _vwo: { location: { country: 'France' } } });
    expect(elsewhere.flag('indian').isEnabled()).toBe(false);
  });

  test('`_vwo` says the browser, where no gateway does', async () => {
    await start();
    const _vwo = { userAgent: { browser_string: 'Chrome Mobile' } };
    const visit = await opened({ id: 'ann', userAgent: 'Mozilla/5.0', _vwo });
    expect(visit.flag('chrome').isEnabled()).toBe(true);
  });

  test('with `_vwo` the gateway is not asked for what is known', async () => {
    await start({ gateway: true });
    edge.setLocation('203.0.113.7', { country: 'France' });
    const _vwo = { location: { country: 'India' }, userAgent: {} };
    const visit = await opened({ id: 'ann', ipAddress: '203.0.113.7', userAgent: 'Mozilla/5.0', _vwo });
    expect(visit.flag('indian').isEnabled()).toBe(true);
    expect(edge.requests.filter(({ path }) => path === '/get-user-details')).toEqual([]);
  });

  test("a flag tells VWO's UUID of its user and the session", async () => {
    await start();
    const visit = await opened({ id: 'user-123', sessionId: 1_700_000_000 });
    const flag = visit.flag('vip');
    expect(flag.getUUID()).toBe('CC25A368ADA0542699EAD62489811105');
    expect(flag.getSessionId()).toBe(1_700_000_000);
    const off = visit.flag('indian');
    expect([off.getUUID(), off.getSessionId()]).toEqual([flag.getUUID(), 1_700_000_000]);
  });

  test('a flag tells each user its own UUID, though both have the same outcome', async () => {
    await start();
    const [ann, bob] = [await opened({ id: 'ann' }), await opened({ id: 'bob' })];
    const uuidOf = (visit: typeof ann) => visit.flag('vip').getUUID();
    expect(uuidOf(ann)).not.toBe(uuidOf(bob));
    for (const visit of [ann, bob]) await visit.end();
    await client.flush();
    const heard = (id: string) => edge.eventsOf(id).map(({ visitorId }) => visitorId);
    expect([...new Set([...heard('ann'), ...heard('bob')])]).toEqual([uuidOf(ann), uuidOf(bob)]);
  });

  test('a visit tells UUID and session too, those that its events carry', async () => {
    await start();
    const visit = (await opened({ id: 'ann' })) as Awaited<ReturnType<typeof opened>> & {
      readonly uuid: string;
      readonly sessionId: number;
    };
    visit.flag('vip');
    await visit.end();
    await client.flush();
    const [event] = edge.eventsOf('ann');
    expect(visit.uuid).toBe(event?.visitorId);
    expect(visit.sessionId).toBe((event?.raw['d'] as { sessionId: number }).sessionId);
  });
});
