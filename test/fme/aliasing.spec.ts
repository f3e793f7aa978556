import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FmeClient, type FmeClientOptions, type VwoClient } from '../../lib/index.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';
import { orderSettings } from '../client/products.fixture.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';

let edge: VwoEdge;
let client: VwoClient;
beforeEach(async () => void (edge = await VwoEdge.start({ settings: orderSettings() })));
afterEach(async () => {
  await client.close();
  await edge.close();
});

const asked = (path: string) => edge.requests.filter((request) => request.path === path);
const ALIAS = '/user-alias/getAliasUserId';
const DETAILS = '/get-user-details';

describe.each([
  ['FmeClient', FmeClient],
  ['SdkClient', SdkClient],
] as const)('with `aliasing` a %s', (_name, Client) => {
  const start = async (options: Partial<FmeClientOptions> = {}): Promise<void> => {
    client = new Client({
      accountId: 123456,
      sdkKey: 'test-sdk-key',
      baseUrl: edge.url,
      logger: listening(),
      gateway: { url: edge.url, timeout: 2_000 },
      aliasing: true,
      ...(Client === SdkClient && { decide: 'all' }),
      ...options,
    });
    await client.start();
  };

  it('decides, stores and sends for the user of whom an id is an alias', async () => {
    edge.setAlias('guest-1', 'ann');
    await start();
    const visit = await client.visit({ id: 'guest-1' });
    expect(visit.user?.id).toBe('ann');
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
    client.track({ id: 'guest-1' }, 'order');
    client.setAttribute({ id: 'guest-1' }, { plan: 'gold' });
    await client.flush();
    expect((await client.storedDecisions('ann')).size).toBe(1);
    expect((await client.storedDecisions('guest-1')).size).toBe(0);
    expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['vwo_variationShown', 'order', 'vwo_syncVisitorProp']),
    );
    expect(edge.eventsOf('guest-1')).toEqual([]);
  });

  it('takes who is no alias for who they are, and keeps the answer', async () => {
    await start();
    expect((await client.visit({ id: 'bob' })).user?.id).toBe('bob');
    expect((await client.visit({ id: 'bob' })).user?.id).toBe('bob');
    expect(asked(ALIAS)).toHaveLength(1);
    expect(JSON.parse(asked(ALIAS)[0]?.query['userId'] ?? '')).toEqual(['bob']);
  });

  it('knows an alias as soon as it is set', async () => {
    await start();
    expect((await client.visit({ id: 'guest-1' })).user?.id).toBe('guest-1');
    expect(await client.setAlias({ id: 'ann' }, 'guest-1')).toBe(true);
    expect((await client.visit({ id: 'guest-1' })).user?.id).toBe('ann');
  });

  it('lets users keep their ids where the gateway fails', async () => {
    await start();
    edge.fail('gateway', { kind: 'status', status: 500 });
    const visit = await client.visit({ id: 'guest-1' });
    expect(visit.user?.id).toBe('guest-1');
    expect(visit.flag('ab').isEnabled()).toBe(true);
    expect(client.counters().gatewayFailures).toBe(1);
  });
});

describe('without `aliasing`', () => {
  it('the gateway is not asked whose alias an id is', async () => {
    edge.setAlias('guest-1', 'ann');
    const account = { accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url, logger: listening() };
    client = new FmeClient({ ...account, gateway: { url: edge.url } });
    await client.start();
    expect((await client.visit({ id: 'guest-1' })).user?.id).toBe('guest-1');
    expect(asked(ALIAS)).toEqual([]);
  });
});

describe('a gateway that knows neither alias nor location in time', () => {
  it('holds a visit up for `gateway.timeout` in all', async () => {
    const { features, ...rest } = accountSettings({
      features: [
        feature('local', [rollout({ segments: { and: [{ city: 'Delhi' }] } })]),
        feature('plain', [rollout()]),
      ],
    });
    edge.setSettings({ ...rest, features: features.map((each) => ({ ...each, isGatewayServiceRequired: true })) });
    edge.fail('gateway', { kind: 'silence' });
    const clock = new MovedClock();
    client = new FmeClient({
      accountId: 123456,
      sdkKey: 'test-sdk-key',
      baseUrl: edge.url,
      logger: listening(),
      gateway: { url: edge.url, timeout: 100 },
      aliasing: true,
      clock,
    });
    await client.start();
    const opening = client.visit({ id: 'ann', ipAddress: '203.0.113.7' });
    await until(() => asked(ALIAS).length === 1);
    clock.move(100);
    await until(() => asked(DETAILS).length === 1);
    clock.move(0);
    const visit = await opening;
    expect(visit.flag('local').isEnabled()).toBe(false);
    expect(visit.flag('plain').isEnabled()).toBe(true);
  });
});

it('flags that are declared later ask the gateway in a time of their own, however long ago the alias was asked for', async () => {
  const { features, ...rest } = accountSettings({
    features: [
      feature('plain', [rollout()], { metrics: ['order'] }),
      feature('local', [rollout({ segments: { and: [{ city: 'Delhi' }] } })]),
    ],
  });
  edge.setSettings({
    ...rest,
    features: features.map((each) => ({ ...each, isGatewayServiceRequired: each.key === 'local' })),
  });
  edge.setLocation('203.0.113.7', { city: 'Delhi' });
  const clock = new MovedClock();
  client = new FmeClient({
    accountId: 123456,
    sdkKey: 'test-sdk-key',
    baseUrl: edge.url,
    logger: listening(),
    gateway: { url: edge.url, timeout: 100 },
    aliasing: true,
    preload: 'declared',
    clock,
  });
  await client.start();
  const visit = await client.visit({ id: 'ann', ipAddress: '203.0.113.7' }, ['plain']);
  client.track(visit.user ?? { id: 'ann' }, 'order'); // asks for the alias, too
  await client.flush();
  clock.move(1_000);
  await visit.declare?.(['local']);
  expect(visit.flag('local').isEnabled()).toBe(true);
});
