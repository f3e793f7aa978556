import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent, fetch, ProxyAgent } from 'undici';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { VwoTransportError, type VwoFetch, type VwoFetchResponse } from '../../lib/index.js';
import { Transport } from '../../lib/transport/index.js';
import { closeStarted, orderEdge, PRODUCTS, startedOn } from '../client/products.fixture.js';
import { listening } from '../client/client.fixture.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { OWN_CA, startProxy, startTlsFront, type Proxy } from './corporate-network.js';

type Dispatcher = ProxyAgent | Agent;

let edge: VwoEdge;
let proxy: Proxy;
let front: { readonly url: string; close(): Promise<void> };
const dispatchers: Dispatcher[] = [];

/** As docs/options.md shows it. */
const by = (dispatcher: Dispatcher): VwoFetch => {
  dispatchers.push(dispatcher);
  return (url, init) => fetch(url, { ...init, dispatcher });
};

beforeEach(async () => {
  edge = await orderEdge();
  proxy = await startProxy();
  front = await startTlsFront(edge.url);
});
afterEach(async () => {
  await closeStarted();
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.destroy()));
  await Promise.all([proxy.close(), front.close(), edge.close()]);
});

describe.each(PRODUCTS)('$name', (product) => {
  /** Settings come, and events go. */
  const works = async (baseUrl: string, fetch: VwoFetch) => {
    const client = await startedOn(edge, product, { baseUrl, transport: { fetch } });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
    expect(await client.flush()).toBe(true);
    expect(edge.eventsOf('ann').map(({ name }) => name)).toContain(product.impression);
  };

  it('gets its settings and sends its events through a proxy', async () => {
    await works(edge.url, by(new ProxyAgent(proxy.url)));
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(edge.url).host]));
  });

  it('does so at a host whose certificate a CA of your own has signed', async () => {
    await works(front.url, by(new Agent({ connect: { ca: OWN_CA } })));
  });

  it('does so at such a host through a proxy', async () => {
    await works(front.url, by(new ProxyAgent({ uri: proxy.url, requestTls: { ca: OWN_CA } })));
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(front.url).host]));
  });

  it('says what is wrong with a certificate that nobody vouches for', async () => {
    const logger = listening();
    const client = await startedOn(edge, product, { baseUrl: front.url, startTimeout: 200, logger });
    expect(client.stats().settings.available).toBe(false);
    expect(logger.lines.join('\n')).toMatch(/failed: self-signed certificate/);
    expect(edge.requests).toEqual([]);
  });

  it.each([
    [{ fetch: 'fetch' }, '`transport.fetch` must be a function, got "fetch"'],
    [{ fetch: null }, '`transport.fetch` must be a function, got null'],
    [{ fetsh: fetch }, '`transport` has no option `fetsh`, did you mean `fetch`?'],
    [{ dispatcher: {} }, '`transport` has no option `dispatcher`: give a `fetch` that uses it'],
    [{ ca: OWN_CA }, '`transport` has no option `ca`: give a `fetch` that uses it'],
    [fetch, '`transport` must be an object, got function fetch'],
    ['http://proxy:8080', '`transport` must be an object, got "http://proxy:8080"'],
  ])('refuses at start what is no way to call: %#', (transport, message) => {
    expect(() => product.make({ transport: transport as object })).toThrow(
      expect.objectContaining({ code: 'VWO_OPTIONS', message: expect.stringContaining(message) }),
    );
  });
});

describe('a `fetch` of the application', () => {
  const url = 'http://vwo.test/path?i=secret-key';
  const failure = async (fetch: unknown, clock = new MovedClock()) => {
    const error: unknown = await new Transport({ clock, fetch: fetch as VwoFetch })
      .post(url, Buffer.from('{"a":"ü"}'), { timeout: 5_000 })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VwoTransportError);
    expect(`${(error as Error).message}${String((error as Error).cause)}`).not.toContain('secret-key');
    return (error as Error).message;
  };

  it('is asked what it needs, and follows no redirect', async () => {
    const asked: unknown[] = [];
    const own: VwoFetch = async (where, { signal, ...init }) => {
      asked.push({ where, ...init, aborted: signal.aborted });
      return new Response('{}', { status: 429, headers: { 'Retry-After': '7' } });
    };
    const transport = new Transport({ fetch: own });
    const answer = await transport.post(url, Buffer.from('{"a":"ü"}'), { timeout: 5_000, headers: { x: 'y' } });
    expect(answer).toEqual({ status: 429, retryAfter: '7' });
    const headers = { 'content-type': 'application/json', 'user-agent': 'nestjs-vwo', x: 'y' };
    expect(asked).toEqual([
      { where: url, method: 'POST', headers, body: '{"a":"ü"}', redirect: 'manual', aborted: false },
    ]);
  });

  it('may be the global one', async () => {
    const transport = new Transport({ fetch: globalThis.fetch });
    await expect(transport.get(`${edge.url}/nothing`, { timeout: 5_000 })).rejects.toMatchObject({ status: 404 });
  });

  it('ends by the deadline though it does not look at its signal', async () => {
    const clock = new MovedClock();
    let [asked, reading] = [false, false];
    const silent = failure(() => ((asked = true), new Promise(() => undefined)), clock);
    await until(() => asked);
    clock.move(5_000);
    expect(await silent).toContain('gave no answer within 5000 ms');

    const endless: VwoFetchResponse = {
      status: 200,
      headers: new Headers(),
      body: { [Symbol.asyncIterator]: () => ({ next: () => ((reading = true), new Promise(() => undefined)) }) },
    };
    const stuck = failure(() => Promise.resolve(endless), clock);
    await until(() => reading);
    await turn();
    clock.move(5_000);
    expect(await stuck).toContain('gave no answer within 5000 ms');
    expect(clock.timers).toEqual([]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no way')), 'POST http://vwo.test/path failed: no way'],
    [
      'throws',
      () => {
        throw new Error('no way');
      },
      'POST http://vwo.test/path failed: no way',
    ],
    [
      'quotes the URL',
      () => Promise.reject(Object.assign(new Error(`request to ${url} failed`), { code: 'ECONNRESET' })),
      'POST http://vwo.test/path failed: ECONNRESET',
    ],
    ['answers nothing', () => Promise.resolve(undefined), 'POST http://vwo.test/path failed: '],
    ['answers no response', () => Promise.resolve('200'), 'POST http://vwo.test/path failed: '],
  ])('that %s is a call that failed', async (_what, own, message) => {
    expect(await failure(own)).toContain(message);
  });
});
