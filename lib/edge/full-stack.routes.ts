import { z } from 'zod';
import { type BatchLimit, refuseSize, refuseStranger } from './events.routes.js';
import { type EdgeAnswer, type EdgeRequest, type EdgeRoute, refusal, refuseQuery } from './edge.route.js';
import { firstIssue, type ReceivedEvent } from './received-event.js';
import { type ExpectedAccount, settingsRoutes } from './settings.routes.js';

export interface FullStackEdge {
  /** The settings file, as JSON. */
  readonly settings: () => unknown;
  readonly expect: ExpectedAccount;
  readonly batchLimit: BatchLimit;
  readonly take: (events: readonly ReceivedEvent[]) => void;
  /** The routes of other SDKs' events: `/events/t` is theirs too. */
  readonly otherEvents: readonly EdgeRoute[];
}

/** VWO Full Stack: settings files; impressions, goals and tags, one by one or in batches; single events with properties. */
export function fullStackRoutes(edge: FullStackEdge): EdgeRoute[] {
  let batches = 0;
  const single = (path: string, name: string, ...needs: string[]): EdgeRoute => ({
    method: 'GET',
    path: `/server-side/${path}`,
    part: 'events',
    answer: (request) => {
      const refused = refuseQuery(request, 'account_id', 'u', 'sId', 'env', ...needs);
      if (refused) return refused;
      if (needs.includes('tags') && !isTags(request.query.tags ?? '')) return refusal(400, '`tags` is not `{"u":{…}}`');
      edge.take([fromQuery(request, name)]);
      return OK;
    },
  });
  return [
    ...settingsRoutes(edge.settings, edge.expect, ['/server-side/settings', '/server-side/pull']),
    single('track-user', 'track-user', 'experiment_id', 'combination'),
    single('track-goal', 'track-goal', 'experiment_id', 'combination', 'goal_id'),
    single('push', 'push', 'tags'),
    {
      method: 'POST',
      path: '/server-side/batch-events',
      part: 'events',
      answer: (request) => {
        const refused = refuseBatch(request, edge.batchLimit);
        if (refused) return refused;
        const parsed = batch.safeParse(jsonOf(request));
        if (!parsed.success) return refusal(400, firstIssue(parsed.error));
        batches += 1;
        edge.take(parsed.data.ev.map((entry) => fromEntry(entry, request, batches)));
        return OK;
      },
    },
    ...edge.otherEvents.filter(({ path }) => path === '/events/t').map((theirs) => eventRoute(theirs, edge)),
  ];
}

const OK: EdgeAnswer = { status: 200, body: { status: 'success' } };

const NAMES = ['', 'track-user', 'track-goal', 'push'];

const uuid = z.string().regex(/^[0-9A-F]{32}$/, 'is not a UUID of VWO’s: 32 hex digits without dashes');
const id = z.union([z.number(), z.string()]);
const entry = z.discriminatedUnion('eT', [
  z.looseObject({ eT: z.literal(1), e: id, c: id, u: uuid, sId: z.number().int() }),
  z.looseObject({ eT: z.literal(2), e: id, c: id, g: id, u: uuid, sId: z.number().int() }),
  z.looseObject({
    eT: z.literal(3),
    t: z.string().refine(isTags, 'is not `{"u":{…}}`, encoded'),
    u: uuid,
    sId: z.number().int(),
  }),
]);
const batch = z.object({ ev: z.array(entry).min(1) });

const record = z.record(z.string(), z.unknown());
const payload = z.looseObject({
  d: z.looseObject({
    msgId: z.string().min(1),
    visId: uuid,
    sessionId: z.number().int(),
    event: z.looseObject({ name: z.string().min(1), time: z.number().int(), props: record }),
    visitor: z.looseObject({ props: record }),
  }),
});

/** One event with properties; a field of its own names the SDK that sent it. */
function eventRoute(theirs: EdgeRoute, { take }: FullStackEdge): EdgeRoute {
  const answer = (request: EdgeRequest): EdgeAnswer => {
    const parsed = payload.safeParse(jsonOf(request));
    if (parsed.data?.d.event.props['vwo_sdkName'] !== 'vwo-node-sdk') return theirs.answer(request);
    const refused = refuseQuery(request, 'a', 'en', 'eTime', 'random', 'p', 'env');
    if (refused) return refused;
    take([fromPayload(parsed.data, request)]);
    return OK;
  };
  return { ...theirs, answer };
}

function refuseBatch(request: EdgeRequest, limit: BatchLimit): EdgeAnswer | undefined {
  const refused = refuseQuery(request, 'a', 'env', 'sdk', 'sdk-v') ?? refuseStranger(request);
  if (refused) return refused;
  const { ev } = (jsonOf(request) ?? {}) as { ev?: unknown };
  return refuseSize(request, Array.isArray(ev) ? ev.length : 0, limit);
}

function jsonOf({ body }: EdgeRequest): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // which no schema takes
  }
}

function fromEntry(sent: z.infer<typeof entry>, request: EdgeRequest, inBatch: number): ReceivedEvent {
  const { eT, e, c, g, r, t, u, sId } = sent as Readonly<Record<string, unknown>> & {
    eT: number;
    u: string;
    sId: number;
  };
  return {
    name: NAMES[eT] ?? '',
    visitorId: u,
    time: sId * 1000,
    props: present({ id: e, variation: c, goal: g, revenue: r }),
    attributes: t === undefined ? {} : tagsIn(decodeURIComponent(String(t))),
    accountId: request.query.a ?? '',
    batch: inBatch,
    raw: sent,
  };
}

function fromQuery({ query }: EdgeRequest, name: string): ReceivedEvent {
  const { experiment_id, combination, goal_id, r, tags } = query;
  return {
    name,
    visitorId: query.u ?? '',
    time: Number(query.sId) * 1000,
    props: present({
      id: number(experiment_id),
      variation: number(combination),
      goal: number(goal_id),
      revenue: number(r),
    }),
    attributes: tags === undefined ? {} : tagsIn(tags),
    accountId: query.account_id ?? '',
    batch: undefined,
    raw: query,
  };
}

function fromPayload({ d }: z.infer<typeof payload>, request: EdgeRequest): ReceivedEvent {
  return {
    name: d.event.name,
    visitorId: d.visId,
    time: d.event.time,
    props: d.event.props,
    attributes: d.visitor.props,
    accountId: request.query.a ?? '',
    batch: undefined,
    raw: { d },
  };
}

function isTags(text: string): boolean {
  try {
    tagsIn(decodeURIComponent(text));
    return true;
  } catch {
    return false;
  }
}

/** `{"u":{"plan":"gold"}}` */
function tagsIn(text: string): Readonly<Record<string, unknown>> {
  return (JSON.parse(text) as { u?: Record<string, unknown> }).u ?? {};
}

function present(props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
