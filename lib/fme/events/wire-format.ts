import type { EventRequest, WireFormat } from '../../events/index.js';
import { SDK_NAME, SDK_VERSION, urlEncoded, VWO_URL } from '../../transport/index.js';
import type { FmeEvent } from './fme-event.js';
import { payloadOf, type PayloadAccount } from './payload.js';
import { PayloadText } from './payload-text.js';

/** FME: batches to `/server-side/batch-events-v2`, or single events to `/events/t`. */
export function fmeBatches(account: PayloadAccount): WireFormat<FmeEvent> {
  const request = batchRequest(account, SDK_NAME, SDK_VERSION);
  const text = new PayloadText(account);
  return {
    request: () => request,
    entry: (queued) => payloadOf(queued, account),
    json: (queued) => text.of(queued),
    nameOf: ({ event }) => (event.name === 'custom' ? `"${event.eventName}"` : event.name),
    single: (queued) => singleRequest(payloadOf(queued, account), account, SDK_NAME, SDK_VERSION),
  };
}

/** The request that carries a batch. */
export function batchRequest({ accountId, sdkKey }: PayloadAccount, sdkName: string, sdkVersion: string): EventRequest {
  return {
    path: '/server-side/batch-events-v2',
    query: { a: accountId, env: sdkKey, sn: sdkName, sv: sdkVersion },
    headers: { authorization: sdkKey },
  };
}

/** What a request for a single event repeats of its payload. */
interface SinglePayload {
  readonly d?: {
    readonly visitor_ua?: unknown;
    readonly visitor_ip?: unknown;
    readonly event?: { readonly name?: unknown; readonly time?: unknown };
  };
}

/** The request that carries one event, whose payload is the body. */
export function singleRequest(
  { d = {} }: SinglePayload,
  { accountId, sdkKey }: PayloadAccount,
  sdkName: string,
  sdkVersion: string,
): EventRequest {
  const userAgent = String(d.visitor_ua ?? '');
  const ipAddress = String(d.visitor_ip ?? '');
  return {
    path: '/events/t',
    query: {
      en: String(d.event?.name),
      a: accountId,
      eTime: Number(d.event?.time),
      random: Math.random(), // past every cache on the way
      p: 'FS',
      visitor_ua: userAgent,
      visitor_ip: ipAddress,
      sn: sdkName,
      sv: sdkVersion,
      env: sdkKey,
      url: `${VWO_URL}/events/t`,
    },
    headers: {
      ...(userAgent && { 'x-device-user-agent': headerValue(userAgent) }),
      ...(ipAddress && { 'vwo-x-forwarded-for': headerValue(ipAddress) }),
    },
  };
}

/** Encoded where it holds what no header can: the payload has it as it is. */
function headerValue(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : urlEncoded(text);
}
