import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { featureRollout, featureTest, fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { type Captured, captureRequests, realSdk } from './real-sdk.js';

describe('fullStackSettings', () => {
  it('builds what vwo-node-sdk launches with: A/B tests, rollouts, feature tests, goals, groups', () => {
    const settings = fullStackSettings({
      campaigns: [
        visualAb('ab', { goals: ['bought', { identifier: 'paid', revenue: true }], when: { plan: 'gold' } }),
        featureRollout('rollout', { variables: { text: 'hi', layout: { columns: 2 } }, percent: 0, forcedFor: ['qa'] }),
        featureTest('feature', {
          variations: [{ variables: { n: 1 } }, { name: 'Off', enabled: false, weight: 0, forcedFor: ['qa'] }],
        }),
        visualAb('one'),
        visualAb('two'),
      ],
      groups: [{ name: 'either', campaigns: ['one', 'two'] }],
    });
    const sdk = realSdk(settings, { isDevelopmentMode: true });
    const gold = { customVariables: { plan: 'gold' } };
    expect(sdk.activate('ab', 'ann', gold)).toMatch(/Control|Variation-1/);
    expect(sdk.activate('ab', 'ann')).toBeNull();
    expect(sdk.track('ab', 'ann', 'paid', { ...gold, revenueValue: 5 })).toMatchObject({ ab: true });
    expect([sdk.isFeatureEnabled('rollout', 'ann'), sdk.isFeatureEnabled('rollout', 'qa')]).toEqual([false, true]);
    expect(sdk.getFeatureVariableValue('rollout', 'layout', 'qa')).toEqual({ columns: 2 });
    expect([sdk.isFeatureEnabled('feature', 'ann'), sdk.isFeatureEnabled('feature', 'qa')]).toEqual([true, false]);
    expect(sdk.getVariationName('feature', 'qa')).toBe('Off');
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
    for (const id of users) {
      const names = ['one', 'two'].map((key) => sdk.activate(key, id));
      expect(names.filter((name) => name !== null)).toHaveLength(1);
    }
  });

  it('names a group member that there is not', () => {
    const groups = [{ name: 'either', campaigns: ['one'] }];
    expect(() => fullStackSettings({ groups })).toThrow('Group "either": there is no campaign "one"');
  });
});

describe('VwoEdge for Full Stack', () => {
  let edge: VwoEdge;
  const settings = fullStackSettings({
    campaigns: [visualAb('ab', { goals: ['bought', { identifier: 'paid', revenue: true }] })],
  });

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile: settings, expect: { sdkKey: 'test-sdk-key' } });
  });

  afterEach(() => edge.close());

  /** What the SDK would send to VWO, sent to the edge. */
  async function deliver(requests: readonly Captured[]): Promise<number[]> {
    const responses = requests.map(({ method, path, headers, body }) => {
      const { 'Content-Length': _, ...kept } = headers;
      return fetch(edge.url + path, { method, headers: kept, ...(method === 'POST' && { body }) });
    });
    return (await Promise.all(responses)).map(({ status }) => status);
  }

  function work(config: object, file = settings): readonly Captured[] {
    const capture = captureRequests();
    const sdk = realSdk(file, config);
    sdk.activate('ab', 'ann');
    sdk.track('ab', 'ann', 'paid', { revenueValue: 9.5 });
    sdk.push({ plan: 'gold' }, 'ann');
    capture.restore();
    return capture.requests;
  }

  const impression = { id: 1, variation: expect.any(Number) };
  const goal = { ...impression, goal: 102, revenue: 9.5 };

  it.each([
    ['one by one', {}],
    ['in batches', { batchEvents: { eventsPerRequest: 3 } }],
  ])('takes what vwo-node-sdk sends %s', async (_how, config) => {
    const statuses = await deliver(work(config));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const [first, second, third] = edge.eventsOf('ann');
    expect([first?.name, first?.props]).toEqual(['track-user', impression]);
    expect([second?.name, second?.props]).toEqual(['track-goal', goal]);
    expect([third?.name, third?.attributes]).toEqual(['push', { plan: 'gold' }]);
    expect(edge.events).toHaveLength(3);
  });

  it("takes what it sends with VWO's event architecture", async () => {
    const statuses = await deliver(work({}, { ...settings, isEventArchEnabled: true }));
    expect(statuses).toEqual([200, 200, 200]);
    expect(
      edge
        .eventsOf('ann')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['paid', 'vwo_syncVisitorProp', 'vwo_variationShown']);
  });

  it('gives settings files, also after a webhook, and refuses strangers', async () => {
    for (const path of ['settings', 'pull']) {
      const answer = await fetch(`${edge.url}/server-side/${path}?a=123456&i=test-sdk-key`);
      expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(settings)));
    }
    edge.setSettingsFile({ changed: true });
    const changed = await fetch(`${edge.url}/server-side/settings?a=123456&i=test-sdk-key`);
    expect(await changed.json()).toEqual({ changed: true });
    expect((await fetch(`${edge.url}/server-side/settings?a=123456&i=other`)).status).toBe(400);
    expect((await fetch(`${edge.url}/server-side/settings?a=123456`)).status).toBe(400);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['an empty batch', '{"ev":[]}'],
    ['an entry of an unknown kind', '{"ev":[{"eT":9}]}'],
    ['tags that are none', `{"ev":[{"eT":3,"t":"%zz","sId":1,"u":"${'A'.repeat(32)}"}]}`],
  ])('refuses %s with 400, and takes nothing', async (_what, body) => {
    const url = `${edge.url}/server-side/batch-events?a=1&env=k&sdk=vwo-node-sdk&sdk-v=1`;
    const answer = await fetch(url, { method: 'POST', body, headers: { authorization: 'k' } });
    expect(answer.status).toBe(400);
    expect(edge.events).toEqual([]);
  });
});
