import { type Query, SDK_NAME, SDK_VERSION } from '../transport/index.js';
import type { VwoEvent } from '../fme/index.js';
import { payloadOf, type PayloadAccount } from '../fme/index.js';

/** One request that carries events. */
export interface EventRequest {
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
}

/** How the events of one of VWO's products travel. */
export interface WireFormat<E> {
  request(events: readonly E[]): EventRequest;
  /** One event as VWO takes it. What it throws costs that event only. */
  entry(event: E): object;
  /** The body around entries that are written already. */
  body(entries: readonly string[]): string;
  /** For messages. */
  nameOf(event: E): string;
}

/** FME: batches to `/server-side/batch-events-v2`. */
export function fmeBatches(account: PayloadAccount): WireFormat<VwoEvent> {
  const { accountId, sdkKey } = account;
  const request: EventRequest = {
    path: '/server-side/batch-events-v2',
    query: { a: accountId, env: sdkKey, sn: SDK_NAME, sv: SDK_VERSION },
    headers: { authorization: sdkKey },
  };
  return {
    request: () => request,
    entry: (event) => payloadOf(event, account),
    body: (entries) => `{"ev":[${entries.join(',')}]}`,
    nameOf: (event) => (event.kind === 'custom' ? `"${event.name}"` : event.kind),
  };
}
