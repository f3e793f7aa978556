import type { QueuedEvent } from '../../events/index.js';

/** Where the events of a client go. */
export interface EventOutlet<Event> {
  /** Events that wait or are being sent. */
  readonly size: number;
  /** What they take in memory, estimated. */
  readonly bytes: number;
  enqueue(event: QueuedEvent<Event>): void;
  /** Sends what is queued now. True when nothing is left. */
  flush(): Promise<boolean>;
  /** Sends what is queued, for `ms` at most; what is left is counted and dropped. Never rejects. */
  close(ms: number): Promise<void>;
}

/** The option `events: false`: everything works, and nothing is sent. */
export class NoEvents implements EventOutlet<unknown> {
  readonly size = 0;
  readonly bytes = 0;

  enqueue(): void {}

  flush(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
