import type { EventRequest, WireFormat } from '../../events/index.js';
import { SDK_NAME, SDK_VERSION } from '../../transport/index.js';
import type { VwoEvent } from './event.js';
import { payloadOf, type PayloadAccount } from './payload.js';

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
    nameOf: ({ event }) => (event.kind === 'custom' ? `"${event.name}"` : event.kind),
  };
}
