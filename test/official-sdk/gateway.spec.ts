import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { accountSettings, feature, personalise, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { clientOf } from '../client/client.fixture.js';
import { closeClients, sdkClientOf } from './sdk.fixture.js';

describe("VWO's gateway, with VWO's own SDK", () => {
  let edge: VwoEdge;
  beforeAll(async () => {
    const features = [
      feature('in-india', [rollout({ segments: { and: [{ country: 'India' }] } })]),
      feature('on-list', [personalise({ segments: { or: [{ custom_variable: { email: 'inlist(7)' } }] } })]),
      feature('on-other-list', [personalise({ segments: { or: [{ custom_variable: { email: 'inlist(8)' } }] } })]),
      feature('everywhere', [rollout()]),
    ];
    edge = await VwoEdge.start({ settings: accountSettings({ features }) });
    edge.setLocation('203.0.113.7', { country: 'India', region: 'Delhi', city: 'Delhi' });
    edge.setLocation('198.51.100.1', { country: 'France', region: 'Paris', city: 'Paris' });
    edge.setList('7', ['ann+1&2@example.com']);
    edge.setList('8', ['ann+1&2@example.com']);
  });
  afterEach(async () => {
    edge.heal();
    await closeClients();
  });
  afterAll(() => edge.close());

  it('places users and knows lists: asked by us before the SDK decides, and remembered', async () => {
    const client = await sdkClientOf(edge, { gateway: { url: edge.url, timeout: 5_000 } });
    const on = async (ipAddress: string, email: string) => {
      const visit = await client.visit({ id: 'ann', ipAddress, customVariables: { email } }, ['in-india', 'on-list']);
      return [visit.flag('in-india').isEnabled(), visit.flag('on-list').isEnabled()];
    };
    expect(await on('203.0.113.7', 'ann+1&2@example.com')).toEqual([true, true]);
    expect(await on('198.51.100.1', 'eve@example.com')).toEqual([false, false]);
    expect(await on('203.0.113.7', 'ann+1&2@example.com')).toEqual([true, true]);
    expect(client.counters().gatewayCalls).toBe(4);
  });

  it('is asked for flags that are declared later, and what it said for the others is kept', async () => {
    for (const client of [
      await sdkClientOf(edge, { gateway: { url: edge.url, timeout: 5_000 } }),
      await clientOf(edge, { gateway: { url: edge.url, timeout: 5_000 }, preload: 'declared' }),
    ]) {
      const visit = await client.visit({ id: 'ann', customVariables: { email: 'ann+1&2@example.com' } }, ['on-list']);
      await visit.declare?.(['on-other-list']);
      expect([visit.flag('on-list').isEnabled(), visit.flag('on-other-list').isEnabled()]).toEqual([true, true]);
      await client.close();
    }
  });

  it('holds up no visit when it is silent: its rules do not match, the others do', async () => {
    edge.fail('gateway', { kind: 'silence' });
    const client = await sdkClientOf(edge, { gateway: { url: edge.url, timeout: 20 } });
    const visit = await client.visit({ id: 'ann', ipAddress: '203.0.113.7' }, ['in-india', 'everywhere']);
    expect([visit.flag('in-india').isEnabled(), visit.flag('everywhere').isEnabled()]).toEqual([false, true]);
  });

  it('takes no events: they go where all events go', async () => {
    const client = await sdkClientOf(edge, { gateway: { url: 'http://127.0.0.1:1' } });
    const visit = await client.visit({ id: 'bob' }, ['everywhere']);
    expect(visit.flag('everywhere').isEnabled()).toBe(true);
    await visit.end();
    await client.flush();
    expect(edge.eventsOf('bob').map(({ name }) => name)).toEqual(['vwo_variationShown']);
  });
});
