import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { VwoSettings } from '../../lib/index.js';
import {
  abTest,
  accountSettings,
  type AccountSettings,
  exclusiveGroup,
  feature,
  personalise,
  rollout,
  VwoEdge,
} from '../../lib/entries/edge.js';
import { officialSdk } from './official-sdk.fixture.js';
import { TIMEOUT_MS } from '../common/waiting.js';

const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);

describe('accountSettings', () => {
  let edge: VwoEdge;
  beforeEach(async () => {
    edge = await VwoEdge.start();
  });
  afterEach(() => edge.close());

  async function sdk(settings: AccountSettings) {
    edge.setSettings(settings);
    const { client, troubles } = await officialSdk(edge, settings);
    expect(troubles).toEqual([]);
    return client;
  }

  const whoGets = async (client: Awaited<ReturnType<typeof sdk>>, key: string, variable: string) => {
    const got = await Promise.all(
      users.map(async (id) => (await client.getFlag(key, { id })).getVariable<unknown>(variable, 'off')),
    );
    return new Map([...new Set(got)].map((value) => [value, got.filter((each) => each === value).length]));
  };

  it('gives settings that VWO’s own SDK accepts and decides by: rollouts, tests, personalise rules', async () => {
    const client = await sdk(
      accountSettings({
        features: [
          feature('half', [rollout({ percent: 50, variables: { on: true } })]),
          feature('pricing', [
            abTest({ variations: [{ variables: { discount: 0 } }, { variables: { discount: 10 } }] }),
          ]),
          feature('greeting', [
            rollout({ variables: { text: 'Hello' } }),
            personalise({ when: { plan: 'gold', age: 'gt(17)' }, variables: { text: 'Welcome back' } }),
          ]),
          feature('nothing'),
        ],
      }),
    );

    const half = await whoGets(client, 'half', 'on');
    expect([...half.keys()].sort()).toEqual(['off', true]);
    const pricing = await whoGets(client, 'pricing', 'discount');
    expect([...pricing.keys()].sort()).toEqual([0, 10]);

    const text = async (customVariables: object) =>
      (await client.getFlag('greeting', { id: 'alice', customVariables })).getVariable('text', 'none');
    expect(await text({ plan: 'gold', age: 18 })).toBe('Welcome back');
    expect(await text({ plan: 'gold', age: 17 })).toBe('Hello');
    expect(await text({ plan: 'silver', age: 18 })).toBe('Hello');
    expect((await client.getFlag('nothing', { id: 'alice' })).isEnabled()).toBe(false);
  });

  it('keeps each variable’s type', async () => {
    const variables = { text: 'a', whole: 3, part: 0.5, yes: false, list: { deep: [1] } };
    const settings = accountSettings({ features: [feature('typed', [rollout({ variables })])] });
    expect(settings.campaigns[0]?.variations[0]?.variables.map(({ type }) => type)).toEqual([
      'string',
      'integer',
      'double',
      'boolean',
      'json',
    ]);
    const flag = await (await sdk(settings)).getFlag('typed', { id: 'alice' });
    for (const [key, value] of Object.entries(variables)) expect(flag.getVariable(key, undefined)).toEqual(value);
  });

  it('puts the users that a variation is forced for into it, outside the traffic too', async () => {
    const client = await sdk(
      accountSettings({
        features: [
          feature('pricing', [
            abTest({
              percent: 0,
              variations: [
                { variables: { discount: 0 } },
                { variables: { discount: 10 }, forcedFor: ['qa-1', 'qa-2'] },
              ],
            }),
          ]),
        ],
      }),
    );
    const discount = async (id: string) => (await client.getFlag('pricing', { id })).getVariable('discount', 'off');
    expect(await Promise.all(['qa-1', 'qa-2', 'alice'].map(discount))).toEqual([10, 10, 'off']);
  });

  it('shares users by the weights given', async () => {
    const client = await sdk(
      accountSettings({
        features: [
          feature('one-sided', [
            abTest({
              variations: [
                { weight: 100, variables: { side: 'a' } },
                { weight: 0, variables: { side: 'b' } },
              ],
            }),
          ]),
        ],
      }),
    );
    expect([...(await whoGets(client, 'one-sided', 'side')).keys()]).toEqual(['a']);
  });

  const promotion = (name: string) => feature(name, [abTest({ variations: [{ variables: { name } }] })]);

  it('lets a user meet one experiment of an exclusive group', async () => {
    const settings = accountSettings({
      features: [
        promotion('free-shipping'),
        feature('student-deal', [rollout(), personalise({ variables: { name: 'student-deal' } })]),
      ],
      groups: [exclusiveGroup('promotions', ['free-shipping', 'student-deal'])],
    });
    expect(settings.campaignGroups).toEqual({ '1': 1, '3_1': 1 });
    const client = await sdk(settings);
    const met = await Promise.all(
      users.map(async (id) => {
        const names = await Promise.all(
          ['free-shipping', 'student-deal'].map(async (key) =>
            (await client.getFlag(key, { id })).getVariable<string | undefined>('name', undefined),
          ),
        );
        return names.filter((name) => name !== undefined);
      }),
    );
    expect(met.every((names) => names.length === 1)).toBe(true);
    expect(new Set(met.flat())).toEqual(new Set(['free-shipping', 'student-deal']));
  });

  it('lets the first by priority win in an advanced group', async () => {
    const client = await sdk(
      accountSettings({
        features: [promotion('a'), promotion('b')],
        groups: [exclusiveGroup('g', ['a', 'b'], { priority: ['b'] })],
      }),
    );
    expect([...(await whoGets(client, 'b', 'name')).keys()]).toEqual(['b']);
    expect([...(await whoGets(client, 'a', 'name')).keys()]).toEqual(['off']);
  });

  it('lets an event be tracked that a feature has as a metric, and no other', async () => {
    const settings = accountSettings({ features: [feature('shop', [rollout()], { metrics: ['orderPlaced'] })] });
    const client = await sdk(settings);
    expect(await client.trackEvent('orderPlaced', { id: 'user-123' }, { price: 3 })).toEqual({ orderPlaced: true });
    const events = await edge.waitForEvents((all) => all.some(({ name }) => name === 'orderPlaced'), TIMEOUT_MS);
    expect(events.find(({ name }) => name === 'orderPlaced')).toMatchObject({
      visitorId: 'CC25A368ADA0542699EAD62489811105',
      props: { price: 3 },
    });
    expect(edge.eventsOf('user-123').map(({ name }) => name)).toContain('orderPlaced');
    expect(edge.eventsOf('another')).toEqual([]);
    expect(await client.trackEvent('unknown', { id: 'user-123' })).toEqual({ unknown: false });
  });

  it('gives what the option `settings` takes', () => {
    const settings: VwoSettings = accountSettings({ pollInterval: 60_000, version: 4 });
    expect(settings).toMatchObject({ accountId: 123456, sdkKey: 'test-sdk-key', pollInterval: 60_000, version: 4 });
  });

  it('refuses what would contradict itself', () => {
    const two = feature('two', [abTest({ variations: [{}] }), abTest({ variations: [{}] })]);
    const grouped = (...members: string[]) => ({
      features: [promotion('a'), two],
      groups: [exclusiveGroup('g', members)],
    });
    expect(() => accountSettings({ features: [feature('a'), feature('a')] })).toThrow('key "a"');
    expect(() => accountSettings(grouped('b'))).toThrow('"b" names no experiment');
    expect(() => accountSettings(grouped('two'))).toThrow('"two" names 2 experiments');
    expect(() => accountSettings(grouped('a', 'a'))).toThrow('two groups');
    expect(accountSettings(grouped('a', 'two.testingRule2')).campaignGroups).toEqual({ '1': 1, '3': 1 });
  });
});
