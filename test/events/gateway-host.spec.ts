import { afterEach, describe, expect, test } from '@jest/globals';
import { closeStarted, FME, OFFICIAL, orderSettings, startedClient } from '../client/products.fixture.js';
import { bodyOf, loopback, type Loopback } from '../transport/loopback.js';

describe("with VWO's gateway as `baseUrl`", () => {
  let gateway: Loopback;
  const events: { readonly query: URLSearchParams; readonly name: string }[] = [];
  afterEach(async () => {
    events.length = 0;
    await closeStarted();
    await gateway.close();
  });

  /** What VWO's gateway service takes: settings, and events one by one. */
  const start = async () => {
    gateway = await loopback(async (request, response) => {
      const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://gateway');
      const body = await bodyOf(request);
      if (request.method === 'GET' && pathname === '/server-side/v2-settings') {
        return void response.end(JSON.stringify(orderSettings()));
      }
      if (request.method !== 'POST' || pathname !== '/events/t') return void response.writeHead(404).end();
      events.push({ query, name: (JSON.parse(body) as { d: { event: { name: string } } }).d.event.name });
      response.end('{}');
    });
    return gateway.url;
  };

  test.each([FME, OFFICIAL])('$name: events arrive, one by one', async (product) => {
    const client = await startedClient(product.make({ baseUrl: await start() }));
    const visit = await client.visit({ id: 'ann' });
    visit.flag('ab');
    await visit.end();
    client.track({ id: 'ann' }, 'order');
    expect(await client.flush()).toBe(true);
    expect(events.map(({ name }) => name)).toEqual(expect.arrayContaining(['vwo_variationShown', 'order']));
    for (const { query, name } of events) {
      expect(Object.fromEntries(query)).toMatchObject({ a: '123456', en: name, env: 'test-sdk-key', p: 'FS' });
    }
    const { eventsQueued, eventsSent, eventsDropped } = client.counters();
    expect({ eventsSent, eventsDropped }).toEqual({ eventsSent: eventsQueued, eventsDropped: 0 });
  });
});
