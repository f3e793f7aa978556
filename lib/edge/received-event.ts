import { z } from 'zod';
import { userListId } from '../client/index.js';
import type { EdgeRequest } from './edge.route.js';

/** One event, as VWO would have received it. */
export interface ReceivedEvent {
  /** `vwo_variationShown`, `vwo_fmeSdkInit`, `vwo_syncVisitorProp`, or the custom event's own name. */
  readonly name: string;
  /** VWO's UUID of the user (`visId`); `edge.eventsOf(userId)` finds by the user's own id. */
  readonly visitorId: string;
  /** When it happened, in ms since the epoch. */
  readonly time: number;
  /** The event's properties: for an impression `id` is the campaign and `variation` the variation. */
  readonly props: Readonly<Record<string, unknown>>;
  /** What was said about the visitor: attributes, `vwo_fs_environment`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly accountId: string;
  /** The number of the batch it came in, from 1; undefined when it came alone. */
  readonly batch: number | undefined;
  /** The payload as it came: `{ d: … }`. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const record = z.record(z.string(), z.unknown());
const envelope = z.looseObject({
  msgId: z.string().min(1),
  visId: z.string().regex(/^[DJ]?[0-9A-Fa-f]{32}$/, 'is not a UUID of VWO’s: 32 hex digits without dashes'),
  sessionId: z.number().int().positive(),
});

/** What the official SDK says about itself; these events carry less. */
const ABOUT_ITSELF = new Set(['vwo_sdkDebug', 'vwo_sdkUsageStats', 'vwo_log']);
const sdkEvent = z.looseObject({
  d: envelope.extend({
    event: z.looseObject({ name: z.string(), time: z.number().int(), props: record }),
    visitor: z.looseObject({ props: record }).optional(),
  }),
});

const props = z.looseObject({ vwo_sdkName: z.string(), vwo_sdkVersion: z.string(), vwo_envKey: z.string() });
const visitorEvent = (ofName: z.ZodType<Record<string, unknown>>) =>
  z.looseObject({
    d: envelope.extend({
      visitor_ua: z.string(),
      visitor_ip: z.string(),
      event: z.looseObject({ name: z.string().min(1), time: z.number().int(), props: ofName }),
      visitor: z.looseObject({ props: z.looseObject({ vwo_fs_environment: z.string() }) }),
    }),
  });
const customEvent = visitorEvent(props);
const impression = visitorEvent(props.extend({ id: z.number(), variation: z.number(), isFirst: z.number() }));

const named = z.object({ d: z.object({ event: z.object({ name: z.string() }) }) });

function shapeOf(payload: unknown) {
  const name = named.safeParse(payload).data?.d.event.name ?? '';
  if (ABOUT_ITSELF.has(name)) return sdkEvent;
  return name === 'vwo_variationShown' ? impression : customEvent;
}

/** Thrown for a payload that is not VWO's; the message names the place. */
export class MalformedEvent extends Error {}

/** Checks one payload against what VWO's SDKs send, and flattens it. `place` is where it stood: `ev.3`. */
export function receiveEvent(payload: unknown, place: string, request: EdgeRequest, batch?: number): ReceivedEvent {
  const parsed = shapeOf(payload).safeParse(payload);
  if (!parsed.success) throw new MalformedEvent(firstIssue(parsed.error, place));
  const { d } = parsed.data;
  return {
    name: d.event.name,
    visitorId: d.visId,
    time: d.event.time,
    props: d.event.props,
    attributes: d.visitor?.props ?? {},
    accountId: request.query.a ?? '',
    batch,
    raw: payload as Record<string, unknown>,
  };
}

/** Whether an event is about this user of the application's. An id that already is a web UUID of VWO's is used as it is. */
export function isAbout({ visitorId, accountId }: ReceivedEvent, userId: string): boolean {
  return visitorId === userId || visitorId === userListId(accountId, userId);
}

/** The first thing that a schema refused, with its place: `ev.3.d.visId: is not a UUID`. */
export function firstIssue({ issues: [issue] }: z.ZodError, ...place: string[]): string {
  return `${[...place, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? ''}`;
}
