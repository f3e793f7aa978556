import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shop } from './shop.fixture.js';
import { eventually } from '../common/waiting.js';

interface Checkout {
  user: string | null;
  enabled: boolean;
  variation: string | null;
  source: string;
  button: string;
}
interface Prices {
  user: string | null;
  discount: number;
  prices: Record<string, number>;
}
interface Received {
  events: { name: string; visitorId: string; props: Record<string, unknown> }[];
}

const USERS = Array.from({ length: 24 }, (_, index) => `customer-${index}`);

describe('The sample app', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop?.kill());

  it('says where it is, where flags come from and what to try', () => {
    expect(shop.said).toMatch(/flags from +a VWO of the shop's own at http:\/\/127\.0\.0\.1:\d+/);
    expect(shop.said).toMatch(/remembered in +memory/);
    for (const route of ['/?user=alice', '/checkout', '/price', '/beta', '/order']) expect(shop.said).toContain(route);
  });

  it('answers what the README shows', async () => {
    const alice = { user: 'alice', enabled: true, variation: 'Rollout', source: 'rules', button: 'green' };
    expect(await shop.json<Checkout>('/checkout?user=alice')).toEqual(alice);
    await eventually(async () => (await shop.json<Checkout>('/checkout?user=alice')).source === 'storage');
    expect(await shop.json<Checkout>('/checkout?user=alice')).toEqual({ ...alice, source: 'storage' });
    const prices = { yirgacheffe: 12.6, huila: 11.25, kintamani: 11.7, 'sul-de-minas': 9.9 };
    expect(await shop.json<Prices>('/price?user=carol')).toEqual({ user: 'carol', discount: 10, prices });
  });

  it('decides the checkout per user, the same at the second request, then from memory', async () => {
    const first = await Promise.all(USERS.map((user) => shop.json<Checkout>('/checkout', user)));
    expect(new Set(first.map(({ enabled }) => enabled))).toEqual(new Set([true, false]));
    for (const [index, { user, enabled, variation, source, button }] of first.entries()) {
      expect({ user, button, source }).toEqual({
        user: USERS[index],
        button: enabled ? 'green' : 'blue',
        source: enabled ? 'rules' : 'none',
      });
      expect(variation === null).toBe(!enabled);
    }

    const someone = first.find(({ enabled }) => enabled)?.user ?? '';
    await eventually(async () => (await shop.json<Checkout>('/checkout', someone)).source === 'storage');
    const second = await Promise.all(USERS.map((user) => shop.json<Checkout>('/checkout', user)));
    const outcome = ({ user, enabled, variation, button }: Checkout) => ({ user, enabled, variation, button });
    expect(second.map(outcome)).toEqual(first.map(outcome));
  });

  it('reads a discount two services below the handler, each user his own', async () => {
    const first = await Promise.all(USERS.map((user) => shop.json<Prices>('/price', user)));
    expect(new Set(first.map(({ discount }) => discount))).toEqual(new Set([0, 10, 20]));
    for (const { discount, prices } of first) expect(prices['huila']).toBeCloseTo((12.5 * (100 - discount)) / 100);
    expect(await Promise.all(USERS.map((user) => shop.json<Prices>('/price', user)))).toEqual(first);
  });

  it('has a beta area for those who have the flag, and no such route for all others', async () => {
    expect((await shop.get('/beta', 'alice')).status).toBe(200);
    for (const user of ['bob', undefined]) {
      const answer = await shop.get('/beta', user);
      const unknown = await shop.get('/no-such-route', user);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toBe((await unknown.text()).replace('no-such-route', 'beta'));
    }
  });

  it('tracks an order, and VWO is told of it', async () => {
    const answer = await shop.post('/order', 'paula', { product: 'huila' });
    const order = (await answer.json()) as { price: number };
    expect(order).toMatchObject({ user: 'paula', product: 'huila', tracked: true });
    const heard = () => shop.json<Received>('/events', 'paula');
    await eventually(async () => (await heard()).events.some(({ name }) => name === 'orderPlaced'));
    expect((await heard()).events).toContainEqual(
      expect.objectContaining({
        name: 'orderPlaced',
        props: expect.objectContaining({ product: 'huila', price: order.price }),
      }),
    );
    expect((await shop.json<Received>('/events', 'quentin')).events).toEqual([]);
  });

  it('refuses an order of what it does not sell, and tracks none of nobody', async () => {
    expect((await shop.post('/order', 'paula', { product: 'tea' })).status).toBe(400);
    expect(await (await shop.post('/order', undefined, { product: 'huila' })).json()).toMatchObject({ tracked: false });
  });

  it('sends a browser back to the page after an order', async () => {
    const answer = await shop.post('/order?user=rosa', undefined, { product: 'huila' }, { accept: 'text/html' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/?user=rosa&ordered=huila');
    expect(await (await shop.get('/?user=rosa&ordered=huila')).text()).toContain('One bag of Huila');
  });

  it('tells VWO of each impression once, however often it is read', async () => {
    const shown = async () =>
      (await shop.json<Received>('/events', 'sara')).events
        .filter(({ name }) => name === 'vwo_variationShown')
        .map(({ props }) => `${String(props['id'])}:${String(props['variation'])}`);
    await shop.json('/price', 'sara');
    await eventually(async () => (await shown()).length > 0);
    await shop.post('/order', 'sara', { product: 'huila' });
    await eventually(async () =>
      (await shop.json<Received>('/events', 'sara')).events.some(({ name }) => name === 'orderPlaced'),
    );
    const all = await shown();
    expect(new Set(all).size).toBe(all.length);
  });

  it('forgets who asks for it', async () => {
    await eventually(async () => (await shop.json<Checkout>('/checkout', 'bob')).source === 'storage');
    expect((await shop.post('/forget', 'bob')).status).toBe(303);
    expect((await shop.json<Checkout>('/checkout', 'bob')).source).toBe('rules');
  });

  it('knows the user by the header before the query, and is a plain shop for nobody', async () => {
    expect(await shop.json('/checkout?user=bob', 'dave')).toMatchObject({ user: 'dave' });
    expect(await shop.json('/checkout?user=bob')).toMatchObject({ user: 'bob' });
    for (const path of ['/checkout', '/checkout?user=', '/checkout?user=a&user=b']) {
      expect(await shop.json(path)).toEqual({
        user: null,
        enabled: false,
        variation: null,
        source: 'none',
        button: 'blue',
      });
    }
  });

  it('does not start a second time on a port that is taken, and says so', async () => {
    const port = new URL(shop.url).port;
    const second = Shop.run({ PORT: port });
    try {
      expect(await second.end()).toEqual({ code: 1, signal: null });
      expect(second.said).toContain(`port ${port} is taken`);
      expect(second.said).toContain(`PORT=${Number(port) + 1}`);
      expect(second.said).not.toMatch(/^ +at /m);
    } finally {
      await second.kill();
    }
  });

  describe('shows on its page', () => {
    const page = async (user?: string) =>
      (await shop.get(user === undefined ? '/' : `/?${new URLSearchParams({ user })}`)).text();
    const row = (text: string, key: string) => new RegExp(`<code>${key}</code>.*?</tr>`, 's').exec(text)?.[0] ?? '';

    it('the shop in this user’s variant, the same as its other routes', async () => {
      for (const user of USERS.slice(0, 8)) {
        const [text, checkout, price] = [
          await page(user),
          await shop.json<Checkout>('/checkout', user),
          await shop.json<Prices>('/price', user),
        ];
        expect(text).toContain(`<button class="${checkout.button}">`);
        expect(text).toContain(checkout.enabled ? 'Buy in one click' : 'Add to basket');
        expect(text).toContain(`€\u00a0${(price.prices['huila'] ?? 0).toFixed(2)}`);
        expect(text.includes('class="sale"')).toBe(price.discount > 0);
      }
    });

    it('why: key, state, variation, source and variables of each flag', async () => {
      const text = await page('alice');
      expect(row(text, 'greeting')).toMatch(/>on<.*Personalise.*(rules|storage).*mood.*gold/s);
      expect(row(text, 'beta-area')).toContain('>on<');
      expect(row(await page('bob'), 'beta-area')).toMatch(/>off<.*>no rule matched<.*>no-rule</s);
      expect(row(await page('bob'), 'greeting')).toMatch(/>on<.*Rollout.*mood.*plain/s);
    });

    it('one promotion of the exclusive group at most, and both among many users', async () => {
      const pages = await Promise.all(USERS.map((user) => page(user)));
      const shown = pages.map((text) =>
        ['free-shipping', 'free-gift'].filter((key) => row(text, key).includes('>on<')),
      );
      expect(shown.every(({ length }) => length === 1)).toBe(true);
      expect(new Set(shown.flat()).size).toBe(2);
      for (const [index, text] of pages.entries())
        expect(text).toContain(`<p class="strip ${shown[index]?.[0] ?? ''}">`);
    });

    it('a plain shop and every flag off for nobody', async () => {
      const text = await page();
      expect(text).toContain('Nobody is known yet');
      expect(text).not.toContain('>on<');
      expect(text).toContain('<button class="blue">');
    });

    it('names as they are, never as markup', async () => {
      const text = await page(`"><script>alert('1')</script>`);
      expect(text).not.toContain('<script');
      expect(text).toContain('&#60;script&#62;');
    });
  });
});

describe('The sample app ends', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by itself after %s, its open connections included', async (signal) => {
    const shop = await Shop.open();
    try {
      await shop.json('/checkout', 'alice');
      expect(await shop.close(signal)).toEqual({ code: null, signal });
      await expect(shop.get('/checkout')).rejects.toThrow('fetch failed');
    } finally {
      await shop.kill();
    }
  });

  it.each([
    [{ PORT: 'http' }, 'PORT must be a number'],
    [{ VWO_ACCOUNT_ID: '123456' }, 'VWO_ACCOUNT_ID and VWO_SDK_KEY belong together'],
    [{ REDIS_URL: 'localhost' }, 'redis://'],
  ])('at once, and says why, with %j', async (env, message) => {
    const shop = Shop.run(env as Record<string, string>);
    expect(await shop.end()).toEqual({ code: 1, signal: null });
    expect(shop.said).toContain(message);
  });
});
