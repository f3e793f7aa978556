import type { Query } from '../transport/index.js';
import type { QueuedEvent } from './queued-event.js';

/** One request that carries events. */
export interface EventRequest {
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
}

/** How one event travels in a request of its own; its entry is the body. */
export interface SingleFormat<E> {
  /** One event as VWO takes it. What it throws costs that event only. */
  entry(event: QueuedEvent<E>): object;
  /** The same as JSON, where the product writes it in less time than `JSON.stringify` takes. */
  json?(event: QueuedEvent<E>): string;
  /** For messages. */
  nameOf(event: QueuedEvent<E>): string;
  single(event: QueuedEvent<E>): EventRequest;
}

/** How the events of one of VWO's products travel in batches: `{ "ev": [entry, …] }` for each of them. */
export interface WireFormat<E> extends Omit<SingleFormat<E>, 'single'> {
  request(events: readonly QueuedEvent<E>[]): EventRequest;
  /** For a host that takes no batches, as VWO's gateway. Without it the events cannot be sent to such a host. */
  single?(event: QueuedEvent<E>): EventRequest;
}
