import type { Clock } from '../clock.js';
import type { Diagnostics } from '../diagnostics.js';
import type { Transport, VwoHosts } from '../transport/index.js';
import type { VwoEvent } from './event.js';

export interface EventQueueOptions {
  transport: Transport;
  hosts: VwoHosts;
  accountId: string;
  sdkKey: string;
  /** Of the current settings. */
  collectionPrefix?: () => string | undefined;
  /** False where the settings say `isWebConnectivityEnabled: false`. */
  webConnectivity?: () => boolean;
  /** Events in one request. @default 100 */
  batchSize?: number;
  /** How long an event waits for company, in ms. @default 2,000 */
  flushInterval?: number;
  /** Events kept; past it the oldest go. @default 10,000 */
  maxQueue?: number;
  /** How long one POST may take, in ms. @default 10,000 */
  timeout?: number;
  diagnostics: Diagnostics;
  clock: Clock;
}

/** What VWO hears: bounded, in batches, retried, drained last. */
export class EventQueue {
  constructor(private readonly options: EventQueueOptions) {}

  /** Events that wait or are on their way. */
  get size(): number {
    return 0;
  }

  /** Never throws, never waits. */
  enqueue(_event: VwoEvent): void {
    void this.options;
  }

  /** Sends what is queued now. True when the queue is empty afterwards; never rejects. */
  flush(): Promise<boolean> {
    throw new Error('in the making');
  }

  /** Drains for `deadline` ms at most; what remains is counted and said aloud. Never rejects; twice is fine. */
  close(_deadline: number): Promise<void> {
    throw new Error('in the making');
  }
}
