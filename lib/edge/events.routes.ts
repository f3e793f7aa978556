import { type EdgeAnswer, type EdgeRequest, type EdgeRoute, refusal, refuseQuery } from './edge.route.js';
import { MalformedEvent, receiveEvent, type ReceivedEvent } from './received-event.js';

/** What one batch may hold; beyond it the answer is 413 and nothing is taken. */
export interface BatchLimit {
  /** @default 5,000, VWO's own */
  readonly events?: number;
  /** Bytes of the body. @default no limit */
  readonly bytes?: number;
}

/** Where events go, one by one or in batches. All of a batch is taken, or nothing. */
export function eventsRoutes(take: (events: readonly ReceivedEvent[]) => void, limit: BatchLimit): EdgeRoute[] {
  let batches = 0;
  return [
    {
      method: 'POST',
      path: '/events/t',
      part: 'events',
      answer: (request) =>
        refuseQuery(request, 'a', 'en', 'eTime', 'random', 'p', 'sn', 'sv') ??
        taking(() => take([receiveEvent(JSON.parse(request.body), 'body', request)])),
    },
    {
      method: 'POST',
      path: '/server-side/batch-events-v2',
      part: 'events',
      answer: (request) =>
        refuseQuery(request, 'a', 'env', 'sn', 'sv') ??
        refuseStranger(request) ??
        taking(() => {
          const events = eventsIn(request);
          const tooLarge = refuseSize(request, events.length, limit);
          if (tooLarge) return tooLarge;
          take(events.map((event, at) => receiveEvent(event, `ev.${at}`, request, batches + 1)));
          batches += 1;
        }),
    },
  ];
}

/** A batch names its SDK key twice. */
export function refuseStranger({ headers, query }: EdgeRequest): EdgeAnswer | undefined {
  if (!headers.authorization) return refusal(401, 'The header `Authorization` with the SDK key is missing');
  if (headers.authorization !== query.env) return refusal(401, '`Authorization` is not the SDK key of the query');
  return undefined;
}

export function refuseSize({ body }: EdgeRequest, count: number, limit: BatchLimit): EdgeAnswer | undefined {
  const { events = 5_000, bytes = Infinity } = limit;
  const size = Buffer.byteLength(body);
  if (count > events) return refusal(413, `${count} events are more than ${events}`);
  if (size > bytes) return refusal(413, `${size} bytes are more than ${bytes}`);
  return undefined;
}

function eventsIn({ body }: EdgeRequest): unknown[] {
  const { ev } = (JSON.parse(body) ?? {}) as { ev?: unknown };
  if (Array.isArray(ev) && ev.length > 0) return ev;
  throw new MalformedEvent('The body has no `ev`, a list of at least one event');
}

/** A malformed body is a mistake of the client's: 400, and in words. */
function taking(take: () => EdgeAnswer | void): EdgeAnswer {
  try {
    return take() ?? { status: 200, body: { status: 'success' } };
  } catch (error) {
    if (error instanceof MalformedEvent || error instanceof SyntaxError) return refusal(400, error.message);
    throw error;
  }
}
