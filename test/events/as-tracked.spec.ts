import { afterEach, describe, expect, test } from '@jest/globals';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import {
  closeStarted,
  FME,
  FULL_STACK,
  OFFICIAL,
  orderSettings,
  type Product,
  startedOn,
} from '../client/products.fixture.js';

/** Full Stack sends properties in accounts with VWO's event architecture. */
const settingsFile = fullStackSettings({
  campaigns: [visualAb('ab', { goals: [{ identifier: 'order', mca: -1 }] })],
  eventArchitecture: true,
});

describe('properties are sent as they were when the event was tracked', () => {
  let edge: VwoEdge;
  afterEach(async () => {
    await closeStarted();
    await edge.close();
  });

  const start = async (product: Product) => {
    edge = await VwoEdge.start({ settings: orderSettings(), settingsFile });
    const client = await startedOn(edge, product);
    const visit = await client.visit({ id: 'ann' });
    visit.flag('ab'); // in Full Stack a goal is tracked for whoever is in the campaign
    await visit.end();
    return client;
  };
  /** As each product's `track` takes them. */
  const given = (product: Product, properties: Record<string, unknown>) =>
    product === FULL_STACK ? { properties } : properties;
  const sent = () => edge.eventsOf('ann').find(({ name }) => name === 'order')?.props;

  test.each([FME, OFFICIAL, FULL_STACK])(
    '$name: however deep they are changed afterwards, by a visit',
    async (product) => {
      const client = await start(product);
      const items = [{ sku: 'hat', sizes: ['M'] }];
      const visit = await client.visit({ id: 'ann' });
      expect(visit.track('order', given(product, { items }))).toBe(true);
      items[0]?.sizes.push('L');
      items.push({ sku: 'coat', sizes: [] });
      await visit.end();
      await client.flush();
      expect(sent()).toMatchObject({ items: [{ sku: 'hat', sizes: ['M'] }] });
    },
  );

  test.each([FME, OFFICIAL, FULL_STACK])(
    '$name: however deep they are changed afterwards, by the client',
    async (product) => {
      const client = await start(product);
      const items = [1];
      const options = given(product, { items });
      expect(client.track({ id: 'ann' }, 'order', options)).toBe(true);
      items.length = 0;
      await client.flush();
      expect(sent()).toMatchObject({ items: [1] });
    },
  );

  test('fullStack: options of `track` that are changed afterwards, by the client', async () => {
    const client = await start(FULL_STACK);
    const options: Record<string, unknown> = { properties: { amount: 12 } };
    expect(client.track({ id: 'ann' }, 'order', options)).toBe(true);
    options['properties'] = { amount: 0 };
    await client.flush();
    expect(sent()).toMatchObject({ amount: 12 });
  });

  test.each([FME, OFFICIAL])('$name: attributes, too', async (product) => {
    const client = await start(product);
    const attributes = { plan: 'gold' };
    client.setAttribute({ id: 'ann' }, attributes);
    attributes.plan = 'free';
    await client.flush();
    const event = edge.eventsOf('ann').find(({ name }) => name === 'vwo_syncVisitorProp');
    expect(event?.attributes).toMatchObject({ plan: 'gold' });
  });

  test.each([FME, OFFICIAL])('$name: class instances, too', async (product) => {
    class Cart {
      readonly items = ['hat'];
      readonly at = new Date(0);
    }
    const client = await start(product);
    const cart = new Cart();
    expect(client.track({ id: 'ann' }, 'order', { cart })).toBe(true);
    cart.items.push('coat');
    cart.at.setFullYear(2030);
    await client.flush();
    expect(sent()).toMatchObject({ cart: { items: ['hat'], at: '1970-01-01T00:00:00.000Z' } });
  });

  test.each(['a circle', 'a bigint', 'a getter that throws'])(
    'FmeClient: %s costs that event only, which is counted',
    async (what) => {
      const client = await start(FME);
      await client.flush();
      const before = client.counters();
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const unreadable = {
        get price(): never {
          throw new Error('no price');
        },
      };
      const value = { 'a circle': circle, 'a bigint': 1n, 'a getter that throws': unreadable }[what];
      expect(client.track({ id: 'ann' }, 'order', { value })).toBe(true);
      expect(client.track({ id: 'bob' }, 'order', { amount: 12 })).toBe(true);
      expect(await client.flush()).toBe(true);
      const { eventsDropped, eventsSent } = client.counters();
      expect([eventsDropped - before.eventsDropped, eventsSent - before.eventsSent]).toEqual([1, 1]);
      expect(sent()).toBeUndefined();
      expect(edge.eventsOf('bob').map(({ props }) => props['amount'])).toEqual([12]);
    },
  );
});
