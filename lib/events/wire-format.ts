import type { Query } from '../transport/index.js';
import type { QueuedEvent } from './queued-event.js';

/** One request that carries events. */
export interface EventRequest {
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
}

/** How the events of one of VWO's products travel. */
export interface WireFormat<E> {
  request(events: readonly QueuedEvent<E>[]): EventRequest;
  /** One event as VWO takes it. What it throws costs that event only. */
  entry(event: QueuedEvent<E>): object;
  /** The body around entries that are written already. */
  body(entries: readonly string[]): string;
  /** For messages. */
  nameOf(event: QueuedEvent<E>): string;
}
