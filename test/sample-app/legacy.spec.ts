import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shop } from './shop.fixture.js';
import { eventually } from '../common/waiting.js';

interface LegacyCheckout {
  user: string | null;
  campaign: string;
  variation: string | null;
  on: boolean;
  source: string;
  variable: { gift: string };
}
interface Order {
  tracked: boolean;
  variations: Record<string, string | null>;
}
interface Received {
  events: { name: string; props: Record<string, unknown> }[];
}

const USERS = Array.from({ length: 24 }, (_, index) => `subscriber-${index}`);
const GIFTS: Record<string, string> = { Control: 'none', Filters: 'Forty paper filters', Cup: 'A stoneware cup' };

describe('The legacy corner of the sample app', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop?.kill());

  const checkout = (user?: string) => shop.json<LegacyCheckout>('/legacy/checkout', user);
  const order = async (user?: string) => (await shop.post('/legacy/order', user)).json() as Promise<Order>;
  const heard = async (user: string) => (await shop.json<Received>('/events', user)).events;
  const page = async (path: string) => (await shop.get(path)).text();
  const row = (text: string, key: string) => new RegExp(`<code>${key}</code>.*?</tr>`, 's').exec(text)?.[0] ?? '';

  it('is among what to try, and has a link on the shop’s page that keeps the customer', async () => {
    for (const route of ['/legacy?user=', '/legacy/checkout', '/legacy/order']) expect(shop.said).toContain(route);
    expect(await page('/?user=dave')).toContain('href="/legacy?user=dave"');
  });

  it('decides a Full Stack campaign per user, the same at the second request, then from memory', async () => {
    const first = await Promise.all(USERS.map((user) => checkout(user)));
    expect(new Set(first.map(({ variation }) => variation))).toEqual(new Set(['Control', 'Filters', 'Cup', null]));
    for (const [index, { variation, ...others }] of first.entries()) {
      expect(others).toEqual({
        user: USERS[index],
        campaign: 'first-box',
        on: variation === 'Filters' || variation === 'Cup',
        source: variation === null ? 'none' : 'rules',
        variable: { gift: GIFTS[variation ?? 'Control'] },
      });
    }

    const someone = first.find(({ variation }) => variation !== null)?.user ?? '';
    await eventually(async () => (await checkout(someone)).source === 'storage');
    const second = await Promise.all(USERS.map((user) => checkout(user)));
    expect(second).toEqual(first.map((each) => ({ ...each, source: each.variation === null ? 'none' : 'storage' })));
  });

  it('tracks a goal with its revenue once per user and campaign, also for who orders before anything else', async () => {
    const [first, second, third] = [await order('tina'), await order('tina'), await order('tina')];
    expect([first.tracked, second.tracked, third.tracked]).toEqual([true, false, false]);
    expect(first.variations['subscription-page']).not.toBeNull();
    expect(second.variations).toEqual(first.variations);

    // Events leave in the order in which they came: with the goal of the next customer here, all of hers would be here too.
    expect(await order('uma')).toMatchObject({ tracked: true });
    await eventually(async () => (await heard('uma')).some(({ name }) => name === 'track-goal'));
    const goals = (await heard('tina')).filter(({ name }) => name === 'track-goal').map(({ props }) => props);
    const campaigns = Object.values(first.variations).filter((variation) => variation !== null);
    expect(goals).toHaveLength(campaigns.length);
    expect(new Set(goals.map(({ id }) => id)).size).toBe(goals.length);
    expect(new Set(goals.map(({ revenue }) => revenue))).toEqual(new Set([29]));
  });

  it('tracks again for who was forgotten', async () => {
    expect((await order('vera')).tracked).toBe(true);
    await eventually(async () =>
      /subscription-page<\/code> [^<]*goals: subscribed/.test(await page('/legacy?user=vera')),
    );
    const answer = await shop.post('/legacy/forget', 'vera');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/legacy?user=vera']);
    expect((await order('vera')).tracked).toBe(true);
  });

  it('shows on its page the offer in this user’s variations, and why', async () => {
    for (const user of USERS.slice(0, 8)) {
      const { variation, on, variable } = await checkout(user);
      const text = await page(`/legacy?user=${user}`);
      expect(text.includes(`In the first box: ${variable.gift}`)).toBe(on);
      expect(row(text, 'first-box')).toContain(on ? '>on<' : '>off<');
      expect(row(text, 'first-box')).toContain(variation ?? '>not-said<');
      expect(row(text, 'subscription-page')).toMatch(/>on<.*(Control|Roasters-choice|Tour-of-origins)/s);
    }
  });

  it('sends a browser back to its own page after an order', async () => {
    const form = () => shop.post('/legacy/order?user=wanda', undefined, {}, { accept: 'text/html' });
    expect((await form()).headers.get('location')).toBe('/legacy?user=wanda&ordered=tracked');
    expect((await form()).headers.get('location')).toBe('/legacy?user=wanda&ordered=again');
    expect(await page('/legacy?user=wanda&ordered=again')).toContain('once per customer');
  });

  it('has everybody out of every campaign when nobody is known', async () => {
    expect(await checkout()).toEqual({
      user: null,
      campaign: 'first-box',
      variation: null,
      on: false,
      source: 'none',
      variable: { gift: 'none' },
    });
    expect(await order()).toMatchObject({ user: null, tracked: false });
    expect(await page('/legacy')).toContain('Nobody is known yet');
  });

  it('leaves the shop beside it alone: own flags, own memory, own 404', async () => {
    const ofShop = () => shop.json<{ source: string }>('/checkout', 'bob');
    const ofCorner = async () => (await checkout('dave')).source;
    await Promise.all([ofShop(), ofCorner()]);
    await eventually(async () => (await ofShop()).source === 'storage' && (await ofCorner()) === 'storage');
    expect(await page('/?user=dave')).not.toContain('first-box');
    expect(await page('/legacy?user=bob')).not.toContain('new-checkout');

    await shop.post('/legacy/forget', 'bob');
    expect((await ofShop()).source).toBe('storage');
    await shop.post('/forget', 'dave');
    expect(await ofCorner()).toBe('storage');

    const [inCorner, inShop] = [await shop.get('/legacy/no-such-route'), await shop.get('/no-such-route')];
    expect([inCorner.status, inShop.status]).toEqual([404, 404]);
    expect(await inCorner.text()).toContain('Cannot GET /legacy/no-such-route');
  });
});
