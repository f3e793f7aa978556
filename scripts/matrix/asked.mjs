import { deepStrictEqual, strictEqual } from 'node:assert/strict';

/** How often and how many ms apart a thing is asked again that happens after the answer. */
const [TRIES, PAUSE_MS] = [100, 100];

/** What the application answers over HTTP, and what it keeps. Rejects with the first answer that is wrong. */
export async function asked(url, redis) {
  const get = (path, user) => fetch(url + path, user ? { headers: { 'x-user-id': user } } : {});
  const json = async (path, user) => (await get(path, user)).json();

  const first = { on: true, source: 'rules', button: 'green', discount: 10 };
  deepStrictEqual(await json('/checkout', 'gold-ann'), first, 'a first visit');
  await eventually(async () => (await redis.keys('vwo:*:gold-ann')).length === 1, 'the decisions are stored');
  deepStrictEqual(await json('/checkout', 'gold-ann'), { ...first, source: 'storage' }, 'a second visit');

  deepStrictEqual(await json('/checkout', 'bob'), { ...first, discount: 0 }, 'a user outside the segment');
  const nobody = { on: false, source: 'off', button: 'blue', discount: 0 };
  const { on, button, discount } = await json('/checkout');
  deepStrictEqual({ ...nobody, on, button, discount }, nobody, 'nobody');

  strictEqual((await get('/beta', 'gold-ann')).status, 200, 'a gate with the flag');
  strictEqual((await get('/beta', 'bob')).status, 404, 'a gate without the flag');
}

/** The page of docs/openfeature.md, asked after the others: the same visits, by OpenFeature's decorators. */
export async function askedOffers(url) {
  const get = (path, user) => fetch(url + path, { headers: { 'x-user-id': user } });
  const offers = await (await get('/offers', 'gold-ann')).json();
  deepStrictEqual(
    offers,
    { checkout: true, reason: 'CACHED', source: 'storage', discount: 10 },
    'flags by OpenFeature',
  );
  strictEqual((await get('/offers/beta', 'gold-ann')).status, 200, "OpenFeature's gate with the flag");
  strictEqual((await get('/offers/beta', 'bob')).status, 404, "OpenFeature's gate without the flag");
}

/** One more visit, and SIGTERM right after its answer: what it decided is stored and sent, and the process ends by the signal. */
export async function stopped(application, url, redis, edge) {
  await (await fetch(`${url}/checkout`, { headers: { 'x-user-id': 'last' } })).json();
  application.signal('SIGTERM');
  const { code, signal } = await application.ended;
  strictEqual(signal ?? code, 'SIGTERM', `how the process has ended\n${application.printed}`);
  strictEqual((await redis.keys('vwo:*:last')).length, 1, 'records of the last visit');
  for (const user of ['gold-ann', 'bob', 'last']) {
    const shown = edge.eventsOf(user).filter(({ name }) => name === 'vwo_variationShown');
    const keys = shown.map(({ props }) => props.id);
    strictEqual(new Set(keys).size, keys.length, `${user} has seen each variation once: ${keys}`);
    strictEqual(keys.length > 0, true, `events of ${user}`);
  }
}

async function eventually(holds, what) {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`not after ${(TRIES * PAUSE_MS) / 1000} s: ${what}`);
}
