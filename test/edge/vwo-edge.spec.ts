import { afterEach, describe, expect, it } from '@jest/globals';
import { type AddressInfo, createServer } from 'node:net';
import { VwoEdge, type VwoEdgeOptions } from '../../lib/entries/edge.js';

const USER = 'user-123';
/** The UUID that VWO's SDK makes of `user-123` in account 123456. */
const VISITOR = 'CC25A368ADA0542699EAD62489811105';

const open: VwoEdge[] = [];
async function start(options?: VwoEdgeOptions): Promise<VwoEdge> {
  const edge = await VwoEdge.start(options);
  open.push(edge);
  return edge;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((edge) => edge.close()));
});

const ACCOUNT = { a: '123456', i: 'key' };
function settingsOf(edge: VwoEdge, query: Record<string, string> = ACCOUNT, path = 'v2-settings') {
  return fetch(`${edge.url}/server-side/${path}?${new URLSearchParams(query)}`);
}

function payload(name = 'vwo_variationShown', props: object = { id: 7, variation: 2, isFirst: 1 }) {
  return {
    d: {
      msgId: `${VISITOR}-1700000000000`,
      visId: VISITOR,
      sessionId: 1700000000,
      visitor_ua: '',
      visitor_ip: '',
      event: {
        name,
        time: 1700000000000,
        props: { vwo_sdkName: 'nestjs-vwo', vwo_sdkVersion: '0.1.0', vwo_envKey: 'key', ...props },
      },
      visitor: { props: { vwo_fs_environment: 'key', plan: 'gold' } },
    },
  };
}

function batch(edge: VwoEdge, body: unknown, headers: Record<string, string> = { authorization: 'key' }) {
  return fetch(`${edge.url}/server-side/batch-events-v2?a=123456&env=key&sn=nestjs-vwo&sv=0.1.0`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('VwoEdge gives settings', () => {
  it.each(['v2-settings', 'v2-pull'])('as JSON, at %s', async (path) => {
    const edge = await start({ settings: { version: 3 } });
    const answer = await settingsOf(edge, ACCOUNT, path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual({ version: 3 });
  });

  it('that a test replaces while it runs', async () => {
    const edge = await start({ settings: { version: 1 } });
    edge.setSettings({ version: 2 });
    expect(await (await settingsOf(edge)).json()).toEqual({ version: 2 });
  });

  it('of an account without flags unless told otherwise', async () => {
    const edge = await start();
    expect(await (await settingsOf(edge)).json()).toMatchObject({ accountId: 123456, features: [], campaigns: [] });
  });

  it.each([
    ['no account', { i: 'key' }],
    ['no SDK key', { a: '123456' }],
    ['another account', { a: '1', i: 'key' }],
    ['another SDK key', { a: '123456', i: 'wrong' }],
  ])('not to a caller with %s', async (_, query) => {
    const edge = await start({ expect: { accountId: 123456, sdkKey: 'key' } });
    expect((await settingsOf(edge, query)).status).toBe(400);
    expect((await settingsOf(edge)).status).toBe(200);
  });

  it('on no other path', async () => {
    const edge = await start();
    expect((await fetch(`${edge.url}/server-side/v3-settings`)).status).toBe(404);
  });
});

describe('VwoEdge takes events', () => {
  it('of a batch, one by one, and finds those of a user', async () => {
    const edge = await start();
    const other = payload('orderPlaced', { isCustomEvent: true, price: 12 });
    other.d.visId = 'F'.repeat(32);
    expect((await batch(edge, { ev: [payload(), other] })).status).toBe(200);
    expect((await batch(edge, { ev: [payload()] })).status).toBe(200);

    expect(edge.events).toMatchObject([
      { name: 'vwo_variationShown', visitorId: VISITOR, time: 1700000000000, accountId: '123456', batch: 1 },
      { name: 'orderPlaced', props: { price: 12 }, attributes: { plan: 'gold' }, batch: 1 },
      { name: 'vwo_variationShown', props: { id: 7, variation: 2 }, batch: 2 },
    ]);
    expect(edge.events[0]?.raw).toEqual(payload());
    expect(edge.eventsOf(USER)).toHaveLength(2);
    expect(edge.eventsOf('somebody-else')).toHaveLength(0);
  });

  it('one at a time too', async () => {
    const edge = await start();
    const query = 'en=orderPlaced&a=123456&eTime=1&random=0.5&p=FS&sn=x&sv=1&env=key';
    const answer = await fetch(`${edge.url}/events/t?${query}`, {
      method: 'POST',
      body: JSON.stringify(payload('orderPlaced', {})),
    });
    expect(answer.status).toBe(200);
    expect(edge.events).toMatchObject([{ name: 'orderPlaced', batch: undefined }]);
  });

  const wrong = (change: (d: Record<string, unknown>) => void) => {
    const event = payload();
    change(event.d as unknown as Record<string, unknown>);
    return { ev: [payload(), event] };
  };
  it.each<[string, unknown, string]>([
    ['is no JSON', '{"ev":[', 'JSON'],
    ['has no list', { events: [] }, 'ev'],
    ['has an empty list', { ev: [] }, 'ev'],
    ['holds an event without `d`', { ev: [{}] }, 'ev.0.d'],
    ['names no visitor', wrong((d) => delete d.visId), 'ev.1.d.visId'],
    ['names a visitor by something else than a UUID of VWO’s', wrong((d) => (d.visId = USER)), 'ev.1.d.visId'],
    ['holds an event without a name', wrong((d) => (d.event = { time: 1, props: {} })), 'ev.1.d.event.name'],
    ['holds an impression without its campaign', { ev: [payload('vwo_variationShown', {})] }, 'ev.0.d.event.props.id'],
    ['does not say which environment', wrong((d) => delete d.visitor), 'ev.1.d.visitor'],
  ])('but nothing of a batch that %s, and says where', async (_, body, place) => {
    const edge = await start();
    const answer = await batch(edge, body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain(place);
    expect(edge.events).toEqual([]);
  });

  it('but none without the SDK key in `Authorization`', async () => {
    const edge = await start();
    expect((await batch(edge, { ev: [payload()] }, {})).status).toBe(401);
    expect((await batch(edge, { ev: [payload()] }, { authorization: 'another' })).status).toBe(401);
    expect(edge.events).toEqual([]);
  });

  it('but no batch above its limits', async () => {
    const three = { ev: [payload(), payload(), payload()] };
    const byCount = await start({ batchLimit: { events: 2 } });
    expect((await batch(byCount, three)).status).toBe(413);
    const bySize = await start({ batchLimit: { bytes: 200 } });
    expect((await batch(bySize, three)).status).toBe(413);
    expect([...byCount.events, ...bySize.events]).toEqual([]);
    expect((await batch(await start(), three)).status).toBe(200);
  });

  it('and tells a waiting test at once', async () => {
    const edge = await start();
    const two = edge.waitForEvents(2);
    const order = edge.waitForEvents((events) => events.some(({ name }) => name === 'orderPlaced'));
    await batch(edge, { ev: [payload(), payload('orderPlaced', {})] });
    expect(await two).toHaveLength(2);
    expect(await order).toHaveLength(2);
    expect(await edge.waitForEvents(1)).toHaveLength(2);
  });

  it('and tells a test that waited in vain what came instead', async () => {
    const edge = await start();
    await batch(edge, { ev: [payload()] });
    await expect(edge.waitForEvents(2, 10)).rejects.toThrow('2 events; came: vwo_variationShown');
    await expect(edge.waitForEvents(() => false, 10)).rejects.toThrow('vwo_variationShown');
  });

  it('and lets a condition that throws fail its own wait only', async () => {
    const edge = await start();
    const wait = edge.waitForEvents((events) => {
      if (events.length > 0) throw new Error('a mistake in a test');
      return false;
    });
    const failed = expect(wait).rejects.toThrow('a mistake in a test');
    expect((await batch(edge, { ev: [payload()] })).status).toBe(200);
    await failed;
  });
});

describe('VwoEdge answers as the gateway', () => {
  const ask = async (edge: VwoEdge, path: string, query: Record<string, string>, method = 'GET') => {
    const answer = await fetch(`${edge.url}/${path}?${new URLSearchParams({ accountId: '123456', ...query })}`, {
      method,
    });
    return answer.json();
  };

  it('where a user is and what he uses', async () => {
    const edge = await start();
    edge.setLocation('203.0.113.7', { country: 'India', city: 'Delhi' });
    edge.setUserAgent('Firefox/1 (X11)', { browser_string: 'firefox', os: 'linux' });
    expect(await ask(edge, 'get-user-details', { ipAddress: '203.0.113.7', userAgent: 'Firefox/1 (X11)' })).toEqual({
      location: { country: 'India', city: 'Delhi' },
      userAgent: { browser_string: 'firefox', os: 'linux' },
    });
    expect(await ask(edge, 'get-user-details', { ipAddress: '203.0.113.8' })).toEqual({});
  });

  it('who is on a list', async () => {
    const edge = await start();
    edge.setList('list-1', ['alice@example.com']);
    expect(await ask(edge, 'check-attribute', { listId: 'list-1', attribute: 'alice@example.com' })).toBe(true);
    expect(await ask(edge, 'check-attribute', { listId: 'list-1', attribute: 'bob@example.com' })).toBe(false);
    expect(await ask(edge, 'check-attribute', { listId: 'list-2', attribute: 'alice@example.com' })).toBe(false);
  });

  it('whose alias an id is', async () => {
    const edge = await start();
    edge.setAlias('guest-1', 'alice');
    await ask(edge, 'user-alias/setUserAlias', { sdkKey: 'key', userId: 'bob', aliasId: 'guest-2' }, 'POST');
    const userId = JSON.stringify(['guest-1', 'guest-2', 'guest-3']);
    expect(await ask(edge, 'user-alias/getAliasUserId', { sdkKey: 'key', userId })).toEqual([
      { aliasId: 'guest-1', userId: 'alice' },
      { aliasId: 'guest-2', userId: 'bob' },
    ]);
  });
});

describe('VwoEdge fails on demand', () => {
  it('with a status, as often as told', async () => {
    const edge = await start();
    edge.fail('events', { kind: 'status', status: 503 }, { times: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await batch(edge, { ev: [payload()] })).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(edge.events).toHaveLength(1);
    expect(edge.requests.map(({ status }) => status)).toEqual([503, 503, 200]);
  });

  it('on one part only, until `heal`', async () => {
    const edge = await start();
    edge.fail('settings', { kind: 'status', status: 500 });
    expect((await settingsOf(edge)).status).toBe(500);
    expect((await settingsOf(edge)).status).toBe(500);
    expect((await batch(edge, { ev: [payload()] })).status).toBe(200);
    edge.heal('settings');
    expect((await settingsOf(edge)).status).toBe(200);
  });

  it('with a cut connection', async () => {
    const edge = await start();
    edge.fail('settings', { kind: 'reset' });
    await expect(settingsOf(edge)).rejects.toThrow('fetch failed');
    expect(edge.requests).toMatchObject([{ path: '/server-side/v2-settings', status: undefined }]);
  });

  it('with a page of HTML', async () => {
    const edge = await start();
    edge.fail('settings', { kind: 'garbage' });
    const answer = await settingsOf(edge);
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow('not valid JSON');
  });

  it('slowly: it answers, later', async () => {
    const edge = await start({ settings: { version: 9 } });
    edge.fail('settings', { kind: 'slow', ms: 20 });
    const answer = settingsOf(edge);
    expect(await edge.waitForRequests(1)).toMatchObject([{ status: undefined }]);
    expect(await (await answer).json()).toEqual({ version: 9 });
    expect(edge.requests).toMatchObject([{ status: 200 }]);
  });

  it('silently, and still closes at once', async () => {
    const edge = await start();
    edge.fail('settings', { kind: 'silence' });
    const unanswered = expect(settingsOf(edge)).rejects.toThrow('fetch failed');
    await edge.waitForRequests(1);
    await edge.close();
    await unanswered;
  });

  it('slowly, and still closes at once', async () => {
    const edge = await start();
    edge.fail('events', { kind: 'slow', ms: 3_600_000 });
    const unanswered = expect(batch(edge, { ev: [payload()] })).rejects.toThrow('fetch failed');
    await edge.waitForRequests(1);
    await edge.close();
    await unanswered;
  });
});

describe('VwoEdge keeps house', () => {
  it('with every request: method, path, query, headers and body', async () => {
    const edge = await start();
    await batch(edge, { ev: [payload()] });
    expect(edge.requests).toMatchObject([
      {
        method: 'POST',
        path: '/server-side/batch-events-v2',
        query: { a: '123456', env: 'key' },
        headers: { authorization: 'key' },
        body: JSON.stringify({ ev: [payload()] }),
        status: 200,
      },
    ]);
  });

  it('with lists that do not change under the reader’s hands', async () => {
    const edge = await start();
    const before = edge.events;
    await batch(edge, { ev: [payload()] });
    expect(before).toEqual([]);
    expect(edge.events).toHaveLength(1);
    edge.clear();
    expect([edge.events, edge.requests]).toEqual([[], []]);
  });

  it('up to a bound: the oldest are dropped and counted, and whoever waits for a number has it', async () => {
    const edge = await start({ keep: { events: 3, requests: 2 } });
    const five = edge.waitForEvents(5);
    const names = (...numbers: number[]) => numbers.map((number) => payload(`event-${number}`, {}));
    for (const ev of [names(1, 2), names(3), names(4, 5)]) await batch(edge, { ev });
    expect((await five).map(({ name }) => name)).toEqual(['event-3', 'event-4', 'event-5']);
    expect([edge.events.length, edge.requests.length, edge.dropped]).toEqual([3, 2, { events: 2, requests: 1 }]);
    await expect(edge.waitForEvents(() => false, 10)).rejects.toThrow(
      'came: event-3, event-4, event-5 (and 2 before, dropped: `keep.events` is 3)',
    );
    edge.clear();
    expect(edge.dropped).toEqual({ events: 0, requests: 0 });
  });

  it('with the last 10,000 events and 1,000 requests unless told otherwise, or with nothing', async () => {
    const [edge, none] = [await start(), await start({ keep: { events: 0, requests: 0 } })];
    const ev = Array(5_000).fill(payload()) as object[];
    for (let times = 0; times < 3; times++) await batch(edge, { ev });
    expect([edge.events.length, edge.dropped.events]).toEqual([10_000, 5_000]);
    for (let times = 0; times < 1_000; times++) await settingsOf(edge);
    expect([edge.requests.length, edge.dropped.requests]).toEqual([1_000, 3]);
    await batch(none, { ev });
    expect([none.events, none.requests, none.dropped]).toEqual([[], [], { events: 5_000, requests: 1 }]);
  });

  it.each([
    [{ events: -1 }, '`keep.events` must be a whole number from 0'],
    [{ requests: 1.5 }, '`keep.requests` must be a whole number, got 1.5'],
    [{ event: 1 }, '`keep` has no option `event`, did you mean `events`?'],
  ])('and refuses a bound that is none: %j', async (keep, message) => {
    await expect(VwoEdge.start({ keep: keep as object })).rejects.toThrow(message);
  });

  it('and ends more than once without complaint, telling whoever still waits', async () => {
    const edge = await start();
    const waiting = expect(edge.waitForEvents(1, 60_000)).rejects.toThrow('closed');
    await Promise.all([edge.close(), edge.close()]);
    await edge.close();
    await waiting;
    await expect(settingsOf(edge)).rejects.toThrow('fetch failed');
  });

  it('and refuses a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(VwoEdge.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => taken.close(resolve));
    const edge = await start({ port });
    expect(edge.url).toBe(`http://127.0.0.1:${port}`);
  });
});
