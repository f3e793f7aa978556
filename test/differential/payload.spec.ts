import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../lib/common/diagnostics.js';
import { applicationUser, type FmeEvent } from '../../lib/fme/events/fme-event.js';
import { payloadOf } from '../../lib/fme/events/payload.js';
import { fmeBatches } from '../../lib/fme/events/wire-format.js';
import { BatchSender, EventQueue, type EventUser, type QueuedEvent } from '../../lib/events/index.js';
import { visitorUuid } from '../../lib/client/index.js';
import { type CallOptions, type Transport, VwoHosts } from '../../lib/transport/index.js';
import { listener } from '../transport/loopback.js';
import { MovedClock } from '../common/moved-clock.js';
import { ACCOUNT, ATTRIBUTES, PROPERTIES, SDK_KEY, USERS } from './events.cases.mjs';

interface Entry {
  d: {
    msgId: string;
    sessionId: number;
    event: { name: string; time: number; props: Record<string, unknown> & { data?: Record<string, unknown> } };
  };
}
interface Post<Body> {
  path: string;
  headers: Record<string, string>;
  body: Body;
}

const account = { accountId: ACCOUNT, sdkKey: SDK_KEY };
const NOW = 1_800_000_000_000;

async function official<Body>(mode: 'single' | 'batch'): Promise<Post<Body>[]> {
  const script = new URL('./official-events.mjs', import.meta.url).pathname;
  const { PATH, VWO_SDK } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [script, mode], { env: { PATH, VWO_SDK } });
  return JSON.parse(stdout) as Post<Body>[];
}

const ours = (context: (typeof USERS)[number]): EventUser => ({
  sessionId: NOW / 1000,
  ...context,
  uuid: visitorUuid(ACCOUNT, context.id),
});

type Queued = QueuedEvent<FmeEvent>;

const impression = (
  user: EventUser,
  campaignId: number,
  variationId: number,
  time: number,
  featureId?: number,
): Queued => ({
  user,
  time,
  event: { name: 'vwo_variationShown', campaignId, variationId, ...(featureId !== undefined && { featureId }) },
});
const customEvent = (user: EventUser, eventName: string, properties: object | undefined, time: number): Queued => ({
  user,
  time,
  event: { name: 'custom', eventName, properties: { ...properties } },
});
const attributesEvent = (user: EventUser, attributes: Readonly<Record<string, unknown>>, time: number): Queued => ({
  user,
  time,
  event: { name: 'vwo_syncVisitorProp', attributes },
});
const usageEvent = (user: EventUser, time: number): Queued => ({ user, time, event: { name: 'vwo_feTrackUsage' } });

/** The same events in the order of `official-events.mjs`; which variations were shown is taken from `shown`. */
function ourEvents(shown: readonly Entry[]): Queued[] {
  const impressions = [...shown];
  const events: Queued[] = [
    {
      user: applicationUser(account, NOW),
      time: NOW,
      event: { name: 'vwo_fmeSdkInit', settingsFetchTime: 3, startTime: 4 },
    },
  ];
  for (const context of USERS) {
    const user = ours(context);
    for (const { d } of impressions.splice(0, shown.length / USERS.length)) {
      events.push(impression(user, Number(d.event.props.id), Number(d.event.props.variation), NOW));
    }
    for (const properties of PROPERTIES) events.push(customEvent(user, 'custom1', properties, NOW));
    events.push(attributesEvent(user, ATTRIBUTES, NOW));
  }
  return events;
}

/** Without what differs from one moment to the next, and without name and version of the SDK. */
function timeless(entry: object): Entry {
  const copy = JSON.parse(JSON.stringify(entry)) as Entry;
  const { d } = copy;
  expect(d.event.time).toBeGreaterThan(1e12);
  expect(Math.abs(d.event.time / 1000 - d.sessionId)).toBeLessThanOrEqual(1);
  expect(d.msgId.split('-')[1]).toMatch(/^\d{13}$/);
  d.msgId = d.msgId.split('-')[0] ?? '';
  d.event.time = 0;
  d.sessionId = 0;
  d.event.props.vwo_sdkName = '';
  d.event.props.vwo_sdkVersion = '';
  const { data } = d.event.props;
  if (data)
    d.event.props.data = {
      ...data,
      settingsFetchTime: typeof data.settingsFetchTime,
      sdkInitTime: typeof data.sdkInitTime,
    };
  return copy;
}

/** A query without what differs from call to call. The SDK encodes a user agent twice, and writes a missing one as "undefined". */
function comparable(query: URLSearchParams): Record<string, string> {
  const { eTime, random, sn, sv, url, ...rest } = Object.fromEntries(query);
  expect(sn).toMatch(/^(vwo|wingify)-fme-node-sdk$/);
  expect(eTime).toMatch(/^\d{13}$/);
  expect(Number(random)).toBeLessThan(1);
  expect(sv).toMatch(/^1\.\d+\.\d+$/);
  if (url !== undefined) expect(url).toContain('dev.visualwebsiteoptimizer.com/events/t'); // 1.60 leaves it out
  const userAgent = decodeURIComponent(rest['visitor_ua'] ?? '');
  return { ...rest, visitor_ua: userAgent === 'undefined' ? '' : userAgent };
}

const isShown = ({ d }: Entry) => d.event.name === 'vwo_variationShown';

describe("our payloads beside those of VWO's own SDK", () => {
  let batches: Post<{ ev: Entry[] }>[];
  let singles: Post<Entry>[];

  beforeAll(async () => {
    const [inBatches, others] = await Promise.all([official<{ ev: Entry[] }>('batch'), official<Entry>('single')]);
    batches = inBatches;
    singles = others.filter(({ body }) => 'd' in body); // from 1.40 on, impressions always go in batches
  });

  it('are equal in a batch, but for time', () => {
    const theirs = batches.flatMap(({ body }) => body.ev);
    const mine = ourEvents(theirs.filter(isShown)).map((event) => payloadOf(event, account));
    const names = new Set(theirs.map(({ d }) => d.event.name));
    expect([...names].sort()).toEqual(['custom1', 'vwo_fmeSdkInit', 'vwo_syncVisitorProp', 'vwo_variationShown']);
    expect(theirs.filter(isShown).length).toBeGreaterThanOrEqual(USERS.length);
    expect(mine.map(timeless)).toEqual(theirs.map(timeless));
  });

  it('are equal one by one, but for time', () => {
    const theirs = singles.map(({ body }) => body);
    const mine = ourEvents(theirs.filter(isShown)).map((event) => payloadOf(event, account));
    expect(mine.map(timeless)).toEqual(theirs.map(timeless));
  });

  it('go by the same request, but for the version', async () => {
    const posts: { url: string; json: string; headers: CallOptions['headers'] }[] = [];
    const post = async (url: string, json: string, { headers }: CallOptions) => {
      posts.push({ url, json, headers });
      return 200;
    };
    const clock = new MovedClock(NOW);
    const diagnostics = new Diagnostics(listener(), clock);
    const transport = { post } as unknown as Transport;
    const sender = new BatchSender(
      { account: { accountId: '1', environment: 'test' }, transport, hosts: new VwoHosts(), diagnostics },
      fmeBatches(account),
    );
    const queue = new EventQueue({
      sender,
      batchSize: 100,
      flushInterval: 2_000,
      maxQueue: 10_000,
      maxQueueBytes: 2 ** 25,
      diagnostics,
      clock,
    });
    const [batch] = batches;
    const events = ourEvents((batch?.body.ev ?? []).filter(isShown));
    events.forEach((event) => queue.enqueue(event));
    await queue.flush();
    expect(posts).toHaveLength(1);
    const theirs = new URL(batch?.path ?? '', 'https://dev.visualwebsiteoptimizer.com');
    const mine = new URL(posts[0]?.url ?? '');
    for (const url of [theirs, mine]) ['sn', 'sv'].forEach((name) => url.searchParams.delete(name));
    expect(mine.href).toBe(theirs.href);
    expect(posts[0]?.headers?.authorization).toBe(batch?.headers.Authorization);
    expect(Object.keys(JSON.parse(posts[0]?.json ?? '{}') as object)).toEqual(Object.keys(batch?.body ?? {}));
  });

  it('go one by one by the same request, but for time, chance and the version', () => {
    const theirs = singles.map(({ path, headers }) => {
      const { pathname, searchParams } = new URL(path, 'http://vwo');
      return { pathname, query: comparable(searchParams), headers };
    });
    const { single } = fmeBatches(account);
    const mine = ourEvents(singles.map(({ body }) => body).filter(isShown)).map((event) => {
      const { path, query, headers } = single?.(event) ?? {};
      const text = Object.entries(query ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
      return { pathname: path, query: comparable(new URLSearchParams(text)), headers: headers ?? {} };
    });
    expect(mine.map(({ pathname, query }) => ({ pathname, query }))).toEqual(
      theirs.map(({ pathname, query }) => ({ pathname, query })),
    );
    const aboutVisitor = ['X-Device-User-Agent', 'VWO-X-Forwarded-For'] as const;
    const decoded = (text = '') => decodeURIComponent(text);
    for (const [i, { headers }] of theirs.entries()) {
      for (const name of aboutVisitor) {
        expect(decoded(mine[i]?.headers[name.toLowerCase()])).toBe(decoded(headers[name]));
      }
    }
  });
});

describe('what came after 1.35', () => {
  it('a session id of the user context goes along (1.37)', () => {
    const user = { ...ours({ id: 'alice' }), sessionId: 1_700_000_000 };
    for (const event of [
      impression(user, 1, 1, NOW),
      customEvent(user, 'order', {}, NOW),
      attributesEvent(user, {}, NOW),
    ]) {
      expect((payloadOf(event, account) as Entry).d.sessionId).toBe(1_700_000_000);
    }
  });

  it('`vwo_feTrackUsage` tells who, and no campaign', () => {
    const user = { id: 'alice', uuid: 'U', userAgent: 'ua', ipAddress: '10.0.0.1', sessionId: 7 };
    expect(payloadOf(usageEvent(user, NOW), account)).toEqual({
      d: {
        msgId: `U-${NOW}`,
        visId: 'U',
        sessionId: 7,
        visitor_ua: 'ua',
        visitor_ip: '10.0.0.1',
        event: {
          name: 'vwo_feTrackUsage',
          time: NOW,
          props: { vwo_sdkName: 'vwo-fme-node-sdk', vwo_sdkVersion: '1.60.0', vwo_envKey: SDK_KEY },
        },
        visitor: { props: { vwo_fs_environment: SDK_KEY } },
      },
    });
  });

  it('the impression of a holdout group names its feature, and gives no IP address as an attribute', () => {
    const user = { id: 'alice', uuid: 'U', ipAddress: '10.0.0.1', sessionId: 7 };
    const { d } = payloadOf(impression(user, 5, 1, NOW, 9), account) as { d: Record<string, unknown> };
    expect(d).toMatchObject({
      event: { name: 'vwo_variationShown', props: { id: 5, variation: 1, isFirst: 1, fId: 9 } },
      visitor: { props: { vwo_fs_environment: SDK_KEY } },
    });
    expect(d.visitor).toEqual({ props: { vwo_fs_environment: SDK_KEY } });
  });
});

describe("what VWO's SDK loses", () => {
  it('what is called `__proto__` is sent as any other: attributes, properties, custom variables of an impression', () => {
    const named = JSON.parse('{ "__proto__": "gold" }') as Readonly<Record<string, unknown>>;
    const user = { ...ours({ id: 'alice' }), customVariables: named, postSegmentationVariables: ['__proto__'] };
    const sent = [
      attributesEvent(user, named, NOW),
      impression(user, 1, 1, NOW),
      { user, time: NOW, event: { name: 'custom', eventName: 'order', properties: named } } as const,
    ].map((event) => JSON.stringify(payloadOf(event, account)));
    expect(sent.map((json) => json.includes('"__proto__":"gold"'))).toEqual([true, true, true]);
  });
});

describe('an event that waits', () => {
  it('keeps the time at which it happened', () => {
    const { d } = payloadOf(customEvent(ours({ id: 'a' }), 'order', {}, NOW - 60_000), account) as Entry;
    expect(d.event.time).toBe(NOW - 60_000);
  });
});
