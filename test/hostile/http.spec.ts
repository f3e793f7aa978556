import { deepStrictEqual, ok } from 'node:assert/strict';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, type ExecutionContext, Get, Post } from '@nestjs/common';
import fc from 'fast-check';
import {
  Flag,
  FlagVariable,
  VwoModule,
  VwoService,
  VwoUser,
  type VwoFlag,
  type VwoUserContext,
} from '../../lib/index.js';
import { userIdOf } from '../../lib/client/index.js';
import { accountSettings, feature, personalise, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { closeApps, type NestApp, PLATFORMS, startApp } from '../e2e/nest-app.js';
import { anyJson } from '../fme/engine/any-input.properties.js';
import { pointedTexts } from './any-value.js';

/** Always the same cases. */
const SEED = 1;

const settings = accountSettings({
  features: [
    feature('shop', [rollout({ variables: { text: 'Hello' } })], { metrics: ['order'] }),
    feature('gold', [personalise({ segments: { or: [{ custom_variable: { plan: 'regex(^(g|o|l|d)+$)' } }] } })]),
  ],
});

interface Sent {
  readonly id?: unknown;
  readonly variables?: unknown;
  readonly userAgent?: unknown;
  readonly event?: unknown;
  readonly properties?: unknown;
  readonly attributes?: unknown;
  readonly isDeep?: boolean;
}

interface Incoming {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body?: Sent;
}

/** As carelessly as an application can: whatever is in the request is the user. */
const whoever = (context: ExecutionContext): VwoUserContext => {
  const { headers, body } = context.switchToHttp().getRequest<Incoming>();
  const given = { id: body?.id ?? headers['x-user-id'], customVariables: body?.variables, userAgent: body?.userAgent };
  return given as VwoUserContext;
};

@Controller()
class Shop {
  constructor(private readonly vwo: VwoService) {}

  @Get()
  get(@VwoUser() user: VwoUserContext | undefined, @Flag('shop') flag: VwoFlag): object {
    return { id: user?.id ?? null, on: flag.isEnabled() };
  }

  @Post()
  post(
    @VwoUser() user: VwoUserContext | undefined,
    @Flag('shop') flag: VwoFlag,
    @Flag('gold') gold: VwoFlag,
    @FlagVariable('shop', 'text', '') text: string,
    @Body() body: Sent,
  ): object {
    this.vwo.track(body.event as string, body.properties as Record<string, unknown>);
    this.vwo.setAttribute(body.attributes as Record<string, string>);
    const variables = body.isDeep ? null : (user?.customVariables ?? null); // JSON.stringify is recursive
    return { id: user?.id ?? null, on: flag.isEnabled(), gold: gold.isEnabled(), text, variables };
  }
}

const json = fc.oneof(anyJson, pointedTexts);
const bodies = fc.record(
  {
    id: fc.oneof(pointedTexts, json),
    variables: json,
    userAgent: json,
    event: fc.oneof(fc.constant('order'), json),
    properties: json,
    attributes: json,
  },
  { requiredKeys: [] },
);

describe.each(PLATFORMS)('an application on %s that takes its user from the request as it comes', (platform) => {
  let edge: VwoEdge;
  let shop: NestApp;
  beforeAll(async () => {
    edge = await VwoEdge.start({ settings });
    const account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
    shop = await startApp(
      { imports: [VwoModule.forRoot({ ...account, user: whoever })], controllers: [Shop] },
      { platform },
    );
  });
  afterAll(async () => {
    await closeApps();
    await edge.close();
  });

  const post = async (body: Sent): Promise<[status: number, answer: unknown]> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(shop.url, { method: 'POST', headers, body: JSON.stringify(body) });
    return [response.status, await response.json()];
  };

  it('answers each request for its own user, all at once, whatever is in their bodies', async () => {
    const each = fc.asyncProperty(fc.array(bodies, { minLength: 1, maxLength: 6 }), async (sent) => {
      const answers = await Promise.all(sent.map(post));
      for (const [i, [status, answer]] of answers.entries()) {
        if (status === 400 && platform === 'fastify') continue; // it takes no bodies with `__proto__`
        const { id, variables } = sent[i] ?? {};
        const known = userIdOf(id) || null;
        const { id: got, on, text, variables: read } = answer as Record<string, unknown>;
        deepStrictEqual([status, got, on, text], [201, known, known !== null, known !== null ? 'Hello' : '']);
        if (known !== null && typeof variables === 'object') deepStrictEqual(read, structuredClone(variables));
      }
    });
    await fc.assert(each, { seed: SEED, numRuns: 150 });
    await shop.app.get(VwoService).flush();
    expect(shop.app.get(VwoService).counters().eventsSent).toBeGreaterThan(10);
  });

  it('is not held up by a value for which a regular expression would backtrack for ever', async () => {
    const [status, answer] = await post({ id: 'ann', variables: { plan: `${'gold'.repeat(15_000)}!` } });
    expect([status, (answer as { gold: boolean }).gold]).toEqual([201, false]);
    expect(await post({ id: 'ann', variables: { plan: 'gold' } })).toMatchObject([201, { gold: true }]);
  });

  it('takes a body that is nested as deep as it lets one be', async () => {
    const deepest = '['.repeat(15_000) + ']'.repeat(15_000);
    const deep = `{"id":"deep","isDeep":true,"event":"order","variables":{"plan":${deepest}},"properties":{"a":${deepest}},"attributes":${deepest}}`;
    const response = await fetch(shop.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: deep,
    });
    expect([response.status, await response.json()]).toMatchObject([201, { id: 'deep', on: true, gold: false }]);
    expect((await shop.get('/', 'bob')).status).toBe(200);
  });

  it.each<[string, Record<string, string | string[]>, number, unknown]>([
    ['an id of 15,000 letters', { 'x-user-id': 'x'.repeat(15_000) }, 200, 'x'.repeat(15_000)],
    ['an id that is longer than Node takes', { 'x-user-id': 'x'.repeat(20_000) }, 431, undefined],
    [
      'a cookie that is longer than Node takes',
      { 'x-user-id': 'ann', cookie: `a=${'x'.repeat(20_000)}` },
      431,
      undefined,
    ],
    ['a long cookie', { 'x-user-id': 'ann', cookie: `a=${'x'.repeat(14_000)}` }, 200, 'ann'],
    ['an id given twice', { 'x-user-id': ['ann', 'bob'] }, 200, 'ann, bob'],
    ['a user agent given twice', { 'x-user-id': 'ann', 'user-agent': ['a', 'b'] }, 200, 'ann'],
  ])('goes on after headers with %s', async (_what, headers, status, id) => {
    const [got, body] = await sent(shop.url, headers);
    expect(got).toBe(status);
    if (id !== undefined) expect(JSON.parse(body)).toEqual({ id, on: true });
    expect(await (await shop.get('/', 'bob')).json()).toEqual({ id: 'bob', on: true });
    ok(!edge.eventsOf('bob').some(({ raw }) => JSON.stringify(raw).includes('x'.repeat(100))));
  });
});

/** With headers that `fetch` would not send. */
function sent(url: string, headers: Record<string, string | string[]>): Promise<[status: number, body: string]> {
  return new Promise((resolve, reject) => {
    const going = request(url, { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve([response.statusCode ?? 0, body]));
    });
    going.on('error', reject);
    going.end();
  });
}
