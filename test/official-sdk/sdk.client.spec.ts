import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStorage } from '../../lib/storage/index.js';
import { abTest, accountSettings, exclusiveGroup, feature, VwoEdge } from '../../lib/entries/edge.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { judge } from '../differential/judge.js';
import { closeClients, sdkClientOf } from './sdk.fixture.js';

const ALL = ['checkout', 'banner', 'gold', 'closed'];

describe("a visit decided by VWO's own SDK", () => {
  let edge: VwoEdge;
  beforeAll(async () => void (edge = await VwoEdge.start()));
  beforeEach(() => {
    edge.setSettings(shopSettings());
    edge.clear();
  });
  afterEach(closeClients);
  afterAll(() => edge.close());

  const shownTo = (user: string) => edge.eventsOf(user).filter(({ name }) => name === 'vwo_variationShown');

  it('gives plain flags: on or off, variation, variables and where they come from', async () => {
    const client = await sdkClientOf(edge);
    const visit = await client.visit({ id: 'alice', customVariables: { plan: 'gold' } }, ALL);
    const flag = visit.flag('checkout');
    expect(flag).toMatchObject({
      key: 'checkout',
      source: 'rules',
      variation: { campaignKey: 'checkout_testingRule1' },
    });
    expect(flag.isEnabled()).toBe(true);
    expect(flag.getVariable('button')).toMatch(/^(blue|green)$/);
    expect(flag.getVariable('absent', 'grey')).toBe('grey');
    expect(flag.getVariables()).toEqual([{ id: 1, key: 'button', type: 'string', value: flag.getVariable('button') }]);
    expect(visit.flag('gold').getVariable('discount')).toBe(10);
    expect(visit.flag('closed')).toMatchObject({ source: 'none', variation: undefined });
    expect(visit.flag('checkout')).toBe(flag);
    expect(client.counters()).toMatchObject({ visits: 1, decisions: 2, storageReads: 1 });
  });

  it('remembers what was decided and read, and sends nothing for it again', async () => {
    const client = await sdkClientOf(edge);
    const first = await client.visit({ id: 'bob' }, ALL);
    const variation = first.flag('checkout').variation;
    await first.end();
    const second = await client.visit({ id: 'bob' }, ALL);
    expect(second.flag('checkout')).toMatchObject({ source: 'storage', variation });
    await second.end();
    await client.flush();
    expect(shownTo('bob')).toHaveLength(2); // the rollout and the experiment, once
    expect(client.counters()).toMatchObject({ storageWrites: 1, decisions: 1 });
  });

  it('neither stores nor sends what nobody has read', async () => {
    const client = await sdkClientOf(edge);
    const visit = await client.visit({ id: 'carol' }, ALL);
    expect(visit.flag('banner').isEnabled()).toBe(true);
    await visit.end();
    await client.flush();
    expect([...(await client.storedDecisions('carol')).keys()]).toEqual(['banner']);
    expect(shownTo('carol').map(({ props }) => props.id)).toEqual([3]);
  });

  it('stores and sends what is read after its end', async () => {
    const client = await sdkClientOf(edge);
    const visit = await client.visit({ id: 'dave' }, ALL);
    await visit.end();
    visit.flag('banner');
    await visit.end();
    await client.flush();
    expect([...(await client.storedDecisions('dave')).keys()]).toEqual(['banner']);
    expect(shownTo('dave')).toHaveLength(1);
  });

  it('throws for a flag that was not declared, with the cure', async () => {
    const client = await sdkClientOf(edge);
    const visit = await client.visit({ id: 'eve' }, ['banner']);
    expect(() => visit.flag('checkout')).toThrow("@UseFlags('checkout')");
    expect(() => visit.flag('checkout')).toThrow(expect.objectContaining({ code: 'VWO_UNDECIDED_FLAG' }));
  });

  it("reads any flag with decide: 'all', and only declared ones where preload: 'declared' loads no more", async () => {
    const client = await sdkClientOf(edge, { decide: 'all' });
    expect((await client.visit({ id: 'eve' })).flag('checkout').isEnabled()).toBe(true);
    await client.close();
    const narrow = await sdkClientOf(edge, { decide: 'all', preload: 'declared' });
    const visit = await narrow.visit({ id: 'eve' }, ['banner']);
    expect(visit.flag('banner').isEnabled()).toBe(true);
    expect(() => visit.flag('checkout')).toThrow('VWO');
  });

  it('asks no storage where nothing is declared', async () => {
    const client = await sdkClientOf(edge);
    await (await client.visit({ id: 'frank' })).end();
    expect(client.counters().storageReads).toBe(0);
  });

  it('is off for nobody, and for a key that VWO does not know, which is said once', async () => {
    const logger = listening();
    const client = await sdkClientOf(edge, { logger });
    expect((await client.visit(undefined, ALL)).flag('banner').isEnabled()).toBe(false);
    for (const id of ['a', 'b'])
      expect((await client.visit({ id }, ['chekcout'])).flag('chekcout').source).toBe('none');
    expect(logger.lines.filter((line) => line.includes('"chekcout"'))).toHaveLength(1);
    await client.flush();
    expect(edge.events.map(({ name }) => name)).toEqual(['vwo_fmeSdkInit']); // and no debug event
  });

  it('stores the winner of a group with whichever flag is read', async () => {
    const grouped = ['one', 'two'].map((key) => feature(key, [abTest({ variations: [{}, {}] })]));
    edge.setSettings(
      accountSettings({
        features: grouped,
        groups: [exclusiveGroup('only-one', ['one', 'two'], { priority: ['one'] })],
      }),
    );
    const client = await sdkClientOf(edge);
    const visit = await client.visit({ id: 'grace' }, ['one', 'two']);
    expect(visit.flag('two').isEnabled()).toBe(false);
    await visit.end();
    const winner = { featureKey: '_vwo_meta_meg_1', userId: 'grace', experimentId: 1, experimentVariationId: -1 };
    expect([...(await client.storedDecisions('grace'))]).toEqual([
      ['_vwo_meta_meg_1', expect.objectContaining(winner)],
    ]);
    visit.flag('one');
    await visit.end();
    expect([...(await client.storedDecisions('grace')).keys()].sort()).toEqual(['_vwo_meta_meg_1', 'one']);
    expect(client.counters().storageWrites).toBe(2);
  });

  it('tracks events and attributes of its user, written by the SDK; what VWO does not know is refused', async () => {
    const logger = listening();
    const client = await sdkClientOf(edge, { logger });
    const visit = await client.visit({ id: 'heidi', userAgent: 'agent', ipAddress: '203.0.113.7' });
    const properties = { price: 3 };
    expect(visit.track('orderPlaced', properties)).toBe(true);
    properties.price = 4;
    expect(visit.track('never-heard-of')).toBe(false);
    expect(visit.setAttribute({ plan: 'gold', age: 41 })).toBe(true);
    expect(visit.setAttribute({ plan: {} as never })).toBe(false);
    expect(visit.setAttribute({})).toBe(false);
    expect(await client.flush()).toBe(true);
    const events = edge.eventsOf('heidi');
    expect(events.map(({ name }) => name)).toEqual(['orderPlaced', 'vwo_syncVisitorProp']);
    expect(events[0]?.props).toMatchObject({ price: 3, isCustomEvent: true, vwo_sdkVersion: judge.version });
    expect(events[1]?.attributes).toMatchObject({ plan: 'gold', age: 41 });
    expect(events[0]?.raw).toMatchObject({ d: { visitor_ua: 'agent', visitor_ip: '203.0.113.7' } });
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
  });

  it('loses an event that is no JSON, and no other', async () => {
    const logger = listening();
    const client = await sdkClientOf(edge, { logger });
    expect(client.track({ id: 'ivan' }, 'orderPlaced', { price: 1n })).toBe(true);
    client.track({ id: 'ivan' }, 'orderPlaced', { price: 2 });
    await client.flush();
    expect(edge.eventsOf('ivan').map(({ props }) => props.price)).toEqual([2]);
    expect(logger.lines.join()).toContain('BigInt');
  });

  it('sends no events of a user in dev mode, where the settings allow it', async () => {
    edge.setSettings({ ...shopSettings(), devMode: true });
    const client = await sdkClientOf(edge);
    for (const isDevMode of [true, false]) {
      const visit = await client.visit({ id: `dev-${isDevMode}`, isDevMode }, ALL);
      expect(visit.flag('banner').isEnabled()).toBe(true);
      expect(visit.track('orderPlaced')).toBe(true);
      await visit.end();
    }
    await client.flush();
    expect(edge.eventsOf('dev-true')).toEqual([]);
    expect(edge.eventsOf('dev-false')).toHaveLength(2);
  });

  it('finds nothing of what another environment has stored in the same storage', async () => {
    const storage = new MemoryStorage();
    const storedBy = async (environment: string, read: boolean) => {
      const client = await sdkClientOf(edge, { storage, environment });
      const visit = await client.visit({ id: 'judy' }, ['banner']);
      const { source } = read ? visit.flag('banner') : {};
      await visit.end();
      const stored = [...(await client.storedDecisions('judy')).keys()];
      await client.close();
      return { source, stored };
    };
    expect(await storedBy('staging', true)).toEqual({ source: 'rules', stored: ['banner'] });
    expect(await storedBy('staging', true)).toEqual({ source: 'storage', stored: ['banner'] });
    expect(await storedBy('production', false)).toEqual({ source: undefined, stored: [] });
    expect(await storedBy('production', true)).toEqual({ source: 'rules', stored: ['banner'] });
  });

  it('forgets a user', async () => {
    const client = await sdkClientOf(edge);
    const visit = await client.visit({ id: 'judy' }, ALL);
    visit.flag('banner');
    await visit.end();
    expect((await client.storedDecisions('judy')).size).toBe(1);
    await client.forget('judy');
    expect((await client.storedDecisions('judy')).size).toBe(0);
  });

  it('says why a flag is as it is, as far as the SDK tells', async () => {
    const client = await sdkClientOf(edge, { decide: 'all' });
    const reasons = async () => {
      const visit = await client.visit({ id: 'kate', customVariables: { plan: 'gold' } });
      const all = [...ALL, 'unheard-of'].map((key) => visit.flag(key).reason);
      await visit.end();
      return all;
    };
    expect(await reasons()).toEqual(['experiment', 'rollout', 'personalize', 'not-said', 'unknown']);
    expect(await reasons()).toEqual(['stored', 'stored', 'stored', 'not-said', 'unknown']);
    expect((await client.visit(undefined)).flag('banner').reason).toBe('nobody');
  });

  it('decides what a later handler of the same request declares, too', async () => {
    const client = await sdkClientOf(edge);
    const visit = await client.visit({ id: 'leo' }, ['banner']);
    const banner = visit.flag('banner');
    await visit.declare?.(['checkout']);
    expect(visit.flag('checkout').isEnabled()).toBe(true);
    expect(visit.flag('banner')).toBe(banner);
    expect(() => visit.flag('gold')).toThrow("@UseFlags('gold')");
    await visit.end();
    expect([...(await client.storedDecisions('leo')).keys()].sort()).toEqual(['banner', 'checkout']);
  });
});
