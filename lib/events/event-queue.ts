import { backOff, type BackOffOptions, Deadline, type Diagnostics, keepAliveUntil } from '../common/index.js';
import { EventBuffer } from './event-buffer.js';
import { EventDelivery, type EventDeliveryOptions } from './event-delivery.js';
import type { QueuedEvent } from './queued-event.js';
import { type EndOfTries, QueueReport } from './queue-report.js';

/** Waits between tries while closing, in ms: somebody waits for it. */
const LAST_RETRY: BackOffOptions = { first: 200, longest: 2_000 };

export interface EventQueueOptions<E> extends EventDeliveryOptions<E> {
  /** Events kept; past it the oldest that are not being sent are dropped. */
  maxQueue: number;
  /** Bytes kept, estimated; the same. */
  maxQueueBytes: number;
  diagnostics: Diagnostics;
}

/** Events on their way to VWO: bounded, in batches, tried again, drained when the client closes. */
export class EventQueue<E> {
  private readonly buffer: EventBuffer<E>;
  private readonly report: QueueReport;
  private readonly delivery: EventDelivery<E>;
  private closing: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly options: EventQueueOptions<E>) {
    const { diagnostics, maxQueue, maxQueueBytes } = options;
    const report = new QueueReport(diagnostics, maxQueue, maxQueueBytes);
    this.report = report;
    this.buffer = new EventBuffer({
      most: maxQueue,
      mostBytes: maxQueueBytes,
      lost: (why) => report.overflow(why),
    });
    this.delivery = new EventDelivery(this.buffer, this.report, options);
  }

  /** Events that wait or are being sent. */
  get size(): number {
    return this.buffer.size;
  }

  /** What they take in memory, estimated. */
  get bytes(): number {
    return this.buffer.bytes;
  }

  /** Never throws, never waits. */
  enqueue(event: QueuedEvent<E>): void {
    this.report.queued();
    if (this.isClosed) return this.report.late();
    this.buffer.add(event);
    this.delivery.notice();
  }

  /**
   * Sends what is queued now. True when all of it has left the queue, sent or given up; never rejects. While VWO asks to be left
   * alone (`Retry-After`) nothing is sent.
   */
  flush(): Promise<boolean> {
    return keepAliveUntil(this.delivery.sendAll());
  }

  /**
   * Sends what is queued, for `deadline` ms at most; what remains is dropped, counted and logged. It tries once
   * where VWO was never reached, and where VWO asks to be left alone for longer than the deadline. Keeps the process alive
   * meanwhile. Never rejects; calling twice is fine.
   */
  close(deadline: number): Promise<void> {
    return (this.closing ??= keepAliveUntil(this.drain(deadline)));
  }

  private async drain(deadline: number): Promise<void> {
    const { clock } = this.options;
    this.delivery.stopTimers();
    const cancel = clock.after(deadline, () => this.delivery.end());
    const end = await this.lastTries(new Deadline(clock, deadline));
    cancel();
    this.isClosed = true;
    this.report.lostAtClose(this.buffer.clear(), deadline, end);
  }

  private async lastTries(deadline: Deadline): Promise<EndOfTries> {
    const { delivery } = this;
    for (let failures = 1; !(await this.isEmptied()); failures++) {
      if (!this.options.sender.reached) return 'never-reached';
      if (delivery.signal.aborted) return 'deadline';
      if (delivery.pause > deadline.left) return 'asked-to-wait';
      await this.pause(Math.max(backOff(failures, LAST_RETRY), delivery.pause));
    }
    return 'emptied';
  }

  /** Sends until nothing is left, or not everything could be sent. */
  private async isEmptied(): Promise<boolean> {
    while (this.size > 0) if (!(await this.delivery.sendAll(true))) return false;
    return true;
  }

  /** Waits, but no longer than closing may take. */
  private async pause(ms: number): Promise<void> {
    const { signal } = this.delivery;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.options.clock.after(ms, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
