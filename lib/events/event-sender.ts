import type { QueuedEvent } from './queued-event.js';

/** What became of events that were to be sent. */
export interface Sent<E> {
  /** What has to be tried again, in order; everything else was accepted, or given up and counted. */
  readonly left: readonly QueuedEvent<E>[];
  /** Why something is left. */
  readonly reason?: string | undefined;
  /** How long VWO asks to be left alone, in ms; undefined where it does not. */
  readonly retryAfter?: number | undefined;
  /** Events in the largest part that was accepted, where all of them together were too many for one request. */
  readonly fitting?: number | undefined;
}

/** Brings events to VWO: sends all of them, or says what is left. */
export interface EventSender<E> {
  /** Whether VWO has ever answered. Where it never has, closing tries only once. */
  readonly reached: boolean;
  /** Never rejects; settles at once when `signal` aborts. */
  send(events: readonly QueuedEvent<E>[], signal: AbortSignal): Promise<Sent<E>>;
}
