import type { JsonObject } from '../model/index.js';
import type { Clock } from '../common/index.js';
import type { WireFormat } from '../events/index.js';
import { batchRequest, singleRequest } from '../fme/index.js';

/** One event as the SDK has written it: an entry of a batch, and the same as the body of a single event. */
export interface SdkEvent {
  readonly name: string;
  readonly entry: { readonly d: JsonObject };
  /** The SDK that has written it, as its events call it. */
  readonly sdkName: unknown;
  readonly sdkVersion: unknown;
}

/** The events in the body of one of the SDK's POSTs: one (`{ d }`), or a batch (`{ ev: [{ d }, …] }`). */
export function eventsIn(body: unknown): readonly SdkEvent[] {
  const { ev, d } = (body ?? {}) as { readonly ev?: unknown; readonly d?: unknown };
  if (Array.isArray(ev)) return ev.flatMap(eventsIn);
  if (typeof d !== 'object' || d === null) return [];
  const { name, props = {} } = ((d as JsonObject)['event'] ?? {}) as {
    readonly name?: unknown;
    readonly props?: JsonObject;
  };
  const { vwo_sdkName: sdkName, vwo_sdkVersion: sdkVersion } = props;
  return [{ name: String(name), entry: { ...(body as object), d: d as JsonObject }, sdkName, sdkVersion }];
}

/**
 * The SDK's own events in batches to `/server-side/batch-events-v2`, each as the SDK has written it; but in the session of its
 * visit: up to 1.36 the SDK begins one with each call.
 */
export function sdkBatches(accountId: string, sdkKey: string): WireFormat<SdkEvent> {
  return {
    request: (events) => {
      const { name, version } = writerOf(events.map(({ event }) => event));
      return batchRequest({ accountId, sdkKey }, name, version);
    },
    entry: ({ user, event: { entry } }) => ({ ...entry, d: { ...entry.d, sessionId: user.sessionId } }),
    nameOf: ({ event: { name } }) => `"${name}"`,
    single: ({ event }) => {
      const { name, version } = writerOf([event]);
      return singleRequest(event.entry, { accountId, sdkKey }, name, version);
    },
  };
}

/** The SDK that has written these events. */
function writerOf(events: readonly SdkEvent[]): { name: string; version: string } {
  const writer = events.find(({ sdkName }) => sdkName !== undefined);
  return { name: String(writer?.sdkName ?? 'vwo-fme-node-sdk'), version: String(writer?.sdkVersion ?? 'unknown') };
}

/** What the SDK tells VWO about itself when something goes wrong; each failed call would be one more. */
const LOG_EVENTS = new Set(['vwo_sdkDebug', 'vwo_log']);
/** Belongs to an account of VWO's own, which a batch of this account cannot name. */
const USAGE_STATS = 'vwo_sdkUsageStats';
/** Events about the SDK itself that are sent within `LOG_EVENTS_EVERY_MS`. */
const MAX_LOG_EVENTS = 10;
const LOG_EVENTS_EVERY_MS = 60_000;

/** Limits the events about the SDK itself, so that they do not push those about users out of the queue. */
export class SdkLogEventLimit {
  private since = -Infinity;
  private sent = 0;

  constructor(private readonly clock: Clock) {}

  /** Whether this event is sent. Those about users always are. */
  lets({ name }: SdkEvent): boolean {
    if (name === USAGE_STATS) return false;
    if (!LOG_EVENTS.has(name)) return true;
    const now = this.clock.monotonic();
    if (now - this.since >= LOG_EVENTS_EVERY_MS) [this.since, this.sent] = [now, 0];
    this.sent += 1;
    return this.sent <= MAX_LOG_EVENTS;
  }
}
