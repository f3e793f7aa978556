import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, OpenFeature, type TrackingEventDetails } from '@openfeature/server-sdk';
import { inScope } from '../../lib/client/index.js';
import type { VwoClient } from '../../lib/index.js';
import { accountSettings, feature, fullStackSettings, rollout, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';
import { type ClientKind, FME, FULL_STACK, OFFICIAL } from '../client/three-clients.js';
import { openFeatureOn, resetOpenFeature } from './of.fixture.js';

const settings = accountSettings({ features: [feature('ab', [rollout()], { metrics: ['order'] })] });
const settingsFile = fullStackSettings({
  campaigns: [visualAb('ab', { goals: [{ identifier: 'order', revenue: true, revenueProp: 'price' }] })],
  eventArchitecture: true,
});

let edge: VwoEdge;
let vwo: VwoClient;
let client: Client;
const log = listening();
beforeAll(async () => void (edge = await VwoEdge.start({ settings, settingsFile })));
afterAll(() => edge.close());
beforeEach(() => {
  edge.clear();
  log.lines.length = 0;
});
afterEach(resetOpenFeature);

async function start(kind: ClientKind): Promise<void> {
  vwo = kind.build(edge, { logger: log });
  await openFeatureOn(vwo);
  client = OpenFeature.getClient();
}

async function sentOf(user: string, name: string) {
  await vwo.flush();
  return edge.eventsOf(user).filter((event) => event.name === name);
}

describe('track', () => {
  const details: TrackingEventDetails = { value: 99.5, currency: 'EUR', at: new Date('2026-11-27T12:00:00Z') };

  it.each([FME, OFFICIAL])(
    "of $name sends VWO's custom event, the value and all else as its properties",
    async (kind) => {
      await start(kind);
      client.track('order', { targetingKey: 'ann' }, details);
      const [event, ...more] = await sentOf('ann', 'order');
      expect(more).toEqual([]);
      expect(event?.props).toMatchObject({ value: 99.5, currency: 'EUR', at: '2026-11-27T12:00:00.000Z' });
    },
  );

  it('of Full Stack reaches a goal, with the value as its revenue and all else as its properties', async () => {
    await start(FULL_STACK);
    await client.getBooleanValue('ab', false, { targetingKey: 'ann' });
    client.track('order', { targetingKey: 'ann' }, { value: 99.5, currency: 'EUR' });
    const [event] = await sentOf('ann', 'order');
    expect(event?.props).toMatchObject({ currency: 'EUR', vwoMeta: expect.objectContaining({ price: 99.5 }) });
  });

  it('without details sends no properties', async () => {
    await start(FME);
    client.track('order', { targetingKey: 'ann' });
    const [event] = await sentOf('ann', 'order');
    expect(event?.props).not.toHaveProperty('value');
  });

  it('is that of the current visit, after the impressions of its flags; of another user, where one is named', async () => {
    await start(FME);
    const visit = await vwo.visit({ id: 'ann' });
    await inScope({ visitOf: () => visit, visitNamed: () => undefined }, async () => {
      await client.getBooleanValue('ab', false);
      client.track('order', {}, { value: 1 });
      client.track('order', { targetingKey: 'bob' });
    });
    await vwo.flush();
    expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['vwo_variationShown', 'order']);
    expect(edge.eventsOf('bob').map(({ name }) => name)).toEqual(['order']);
  });

  it.each([
    ['nobody', {}, 'order', 'there is no user'],
    ['a metric that there is not', { targetingKey: 'ann' }, 'unheard-of', '"unheard-of"'],
  ])('of %s sends nothing, throws nothing, and is warned of', async (_what, context, name, warning) => {
    await start(FME);
    client.track(name, context);
    await vwo.flush();
    expect(edge.events.map((event) => event.name)).toEqual(['vwo_fmeSdkInit']);
    expect(log.lines.filter((line) => line.startsWith('warn') && line.includes(warning))).toHaveLength(1);
  });
});
