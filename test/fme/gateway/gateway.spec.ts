import { setImmediate as turn } from 'node:timers/promises';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../lib/common/diagnostics.js';
import { listKey } from '../../../lib/model/index.js';
import { Gateway, type GatewayClientOptions } from '../../../lib/fme/gateway/gateway.js';
import { Transport } from '../../../lib/transport/index.js';
import { listener, loopback, type Loopback, nobody } from '../../transport/loopback.js';
import { MovedClock } from '../../common/moved-clock.js';
import { until } from '../../common/waiting.js';

const open: Loopback[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

const serving = async (answer: RequestListener) => {
  const server = await loopback(answer);
  open.push(server);
  return server;
};
const saying = (...answers: unknown[]) =>
  serving((_request, response) => void response.end(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0])));

function gatewayAt(url: string, options: Partial<GatewayClientOptions> = {}) {
  const clock = new MovedClock();
  const logger = listener();
  const diagnostics = new Diagnostics(logger, clock);
  const gateway = new Gateway({
    transport: new Transport({ clock }),
    url,
    accountId: '123456',
    timeout: 100,
    cacheFor: 300_000,
    diagnostics,
    clock,
    ...options,
  });
  return { gateway, clock, lines: logger.lines, counted: () => diagnostics.snapshot() };
}

const user = { userAgent: 'Mozilla/5.0 (X11; Linux)', ipAddress: '203.0.113.7' };
const details = { details: true, lists: [] };
const membership = (listId: string, attribute: string) => ({ details: false, lists: [{ listId, attribute }] });
const DETAILS = {
  location: { country: 'India', city: 'Delhi' },
  userAgent: { os: 'Linux', browser_string: 'Firefox' },
};

describe('Gateway.facts', () => {
  it('asks for location and browser by user agent and IP address', async () => {
    const server = await saying(DETAILS);
    const { gateway, counted } = gatewayAt(server.url);
    await expect(gateway.facts(user, details)).resolves.toEqual({ ...DETAILS, lists: new Map() });
    const url = new URL(server.requests[0]?.replace('GET ', '') ?? '', server.url);
    expect(url.pathname).toBe('/get-user-details');
    expect(Object.fromEntries(url.searchParams)).toEqual({ ...user, accountId: '123456' });
    expect(counted()).toMatchObject({ gatewayCalls: 1, gatewayFailures: 0 });
  });

  it('leaves out what is not known of the user, and asks nothing about nobody', async () => {
    const server = await saying(DETAILS);
    const { gateway } = gatewayAt(server.url);
    await gateway.facts({ ipAddress: '203.0.113.7' }, details);
    expect(server.requests).toEqual(['GET /get-user-details?ipAddress=203.0.113.7&accountId=123456']);
    await expect(gateway.facts({}, details)).resolves.toEqual({ lists: new Map() });
    expect(server.requests).toHaveLength(1);
  });

  it('asks for list membership by list and value, whatever stands in them', async () => {
    const server = await saying(true);
    const { gateway } = gatewayAt(server.url);
    const facts = await gateway.facts(user, membership('list 1', 'a&b=c/ü+'));
    expect(facts.lists).toEqual(new Map([[listKey('list 1', 'a&b=c/ü+'), true]]));
    const url = new URL(server.requests[0]?.replace('GET ', '') ?? '', server.url);
    expect(url.pathname).toBe('/check-attribute');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      attribute: 'a&b=c/ü+',
      listId: 'list 1',
      accountId: '123456',
    });
  });

  it.each([
    [true, true],
    ['true', true],
    [{ status: 1 }, true],
    [false, false],
    ['false', false],
    [null, false],
    ['', false],
    [{ status: 0 }, false],
  ])('reads the answer %j as the official SDK does: %j', async (answer, member) => {
    const { gateway } = gatewayAt((await saying(answer)).url);
    const { lists } = await gateway.facts(user, membership('l', 'v'));
    expect(lists?.get(listKey('l', 'v'))).toBe(member);
  });

  it.each([null, 'x', 3, [], {}, { location: 'India', userAgent: [1] }])(
    'takes no facts from the answer %j',
    async (answer) => {
      const { gateway } = gatewayAt((await saying(answer)).url);
      await expect(gateway.facts(user, details)).resolves.toEqual({ lists: new Map() });
    },
  );

  it('asks everything at the same time', async () => {
    const held: (() => void)[] = [];
    const server = await serving((request, response) => {
      held.push(() => response.end(request.url?.startsWith('/get') ? JSON.stringify(DETAILS) : 'true'));
    });
    const { gateway } = gatewayAt(server.url);
    const facts = gateway.facts(user, {
      details: true,
      lists: [1, 2, 3].map((n) => ({ listId: `l${n}`, attribute: 'v' })),
    });
    await until(() => held.length === 4);
    held.forEach((release) => release());
    expect((await facts).lists?.size).toBe(3);
  });
});

describe('what the gateway has said', () => {
  it('is kept for its time, by content', async () => {
    const server = await saying(DETAILS);
    const { gateway, clock } = gatewayAt(server.url, { cacheFor: 1_000 });
    await gateway.facts(user, details);
    clock.move(999);
    await expect(gateway.facts({ ...user }, details)).resolves.toMatchObject(DETAILS);
    expect(server.requests).toHaveLength(1);
    await gateway.facts({ ...user, ipAddress: '203.0.113.8' }, details);
    expect(server.requests).toHaveLength(2);
    clock.move(1);
    await gateway.facts(user, details);
    expect(server.requests).toHaveLength(3);
  });

  it('keeps a no as well as a yes', async () => {
    const server = await saying(false);
    const { gateway } = gatewayAt(server.url);
    await gateway.facts(user, membership('l', 'v'));
    expect((await gateway.facts(user, membership('l', 'v'))).lists?.get(listKey('l', 'v'))).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it('is not kept where that was asked for', async () => {
    const server = await saying(true);
    const { gateway } = gatewayAt(server.url, { cacheFor: 0 });
    await gateway.facts(user, membership('l', 'v'));
    await gateway.facts(user, membership('l', 'v'));
    expect(server.requests).toHaveLength(2);
  });

  it('is kept for a bounded number of users, and the longest user agent does no harm', async () => {
    const server = await saying(DETAILS);
    const { gateway } = gatewayAt(server.url, { maxEntries: 2 });
    for (const ipAddress of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1'])
      await gateway.facts({ ipAddress }, details);
    expect(server.requests).toHaveLength(4);
    await gateway.facts({ ipAddress: '10.0.0.3' }, details);
    expect(server.requests).toHaveLength(4);
    await expect(gateway.facts({ userAgent: 'x'.repeat(10_000) }, details)).resolves.toMatchObject(DETAILS);
  });

  it('serves all who ask the same at the same moment', async () => {
    const server = await saying(DETAILS);
    const { gateway, counted } = gatewayAt(server.url);
    const all = await Promise.all(Array.from({ length: 50 }, () => gateway.facts(user, details)));
    expect(server.requests).toHaveLength(1);
    expect(all[49]).toEqual(all[0]);
    expect(counted().gatewayCalls).toBe(1);
  });
});

describe('a gateway that fails', () => {
  it('is waited for no longer than its deadline; the fact is left out, counted, and said once', async () => {
    const server = await serving(() => undefined);
    const { gateway, clock, lines, counted } = gatewayAt(server.url);
    for (const n of [1, 2]) {
      const facts = gateway.facts(user, details);
      await until(() => server.requests.length === n);
      clock.move(100);
      await expect(facts).resolves.toEqual({ lists: new Map() });
    }
    expect(counted()).toMatchObject({ gatewayCalls: 2, gatewayFailures: 2 });
    expect(lines).toEqual([
      expect.stringMatching(/^warn: VWO's gateway: GET .* gave no answer within 100 ms\. Rules that ask/),
    ]);
    expect(lines.join()).not.toContain('203.0.113.7');
  });

  it.each(['status', 'reset', 'garbage', 'nobody'])(
    'leaves the fact out and asks again the next time (%s)',
    async (what) => {
      let bad = true;
      const server = await serving((request, response) => {
        if (!bad) response.end('true');
        else if (what === 'reset') request.socket.resetAndDestroy();
        else response.writeHead(what === 'status' ? 500 : 200).end('<html>');
      });
      const { gateway, lines } = gatewayAt(what === 'nobody' ? await nobody() : server.url);
      await expect(gateway.facts(user, membership('l', 'v'))).resolves.toEqual({ lists: new Map() });
      expect(lines).toHaveLength(1);
      if (what === 'nobody') return;
      bad = false;
      expect((await gateway.facts(user, membership('l', 'v'))).lists?.get(listKey('l', 'v'))).toBe(true);
      expect(lines[1]).toBe("log: VWO's gateway answers again.");
    },
  );

  it('keeps the facts that did come', async () => {
    const server = await serving((request, response) => {
      if (request.url?.includes('listId=bad')) response.writeHead(500).end();
      else response.end(request.url?.startsWith('/get') ? JSON.stringify(DETAILS) : 'true');
    });
    const { gateway } = gatewayAt(server.url);
    const lists = ['bad', 'good'].map((listId) => ({ listId, attribute: 'v' }));
    await expect(gateway.facts(user, { details: true, lists })).resolves.toEqual({
      ...DETAILS,
      lists: new Map([[listKey('good', 'v'), true]]),
    });
  });

  it('has no more than 256 calls under way while it does not answer', async () => {
    const server = await serving(() => undefined);
    const { gateway, clock, counted } = gatewayAt(server.url);
    const asked = Array.from({ length: 1_000 }, (_, i) => gateway.facts(user, membership('l', `v${i}`)));
    await until(() => server.requests.length === 256);
    for (let i = 0; i < 20; i++) await turn();
    expect(server.requests).toHaveLength(256);
    clock.move(100);
    for (const { lists } of await Promise.all(asked)) expect(lists?.size).toBe(0);
    expect(counted().gatewayFailures).toBe(1_000);
  });
});
