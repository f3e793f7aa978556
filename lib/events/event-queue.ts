import type { Clock } from '../common/index.js';
import type { Diagnostics } from '../common/index.js';
import { keepAliveUntil, backOff, type BackOffOptions } from '../common/index.js';
import type { EventSender } from './event-sender.js';
import type { QueuedEvent } from './queued-event.js';
import { Ring } from './ring.js';

/** Waits between tries while VWO cannot be reached, in ms. */
const RETRY: BackOffOptions = { first: 1_000, longest: 30_000 };
/** The same while closing, when somebody waits. */
const LAST_RETRY: BackOffOptions = { first: 200, longest: 2_000 };

export interface EventQueueOptions<E> {
  sender: EventSender<E>;
  /** Events in one request. */
  batchSize: number;
  /** How long an event waits for others, in ms. */
  flushInterval: number;
  /** Events kept; past it the oldest that are not on their way go. */
  maxQueue: number;
  diagnostics: Diagnostics;
  clock: Clock;
}

/** What VWO hears: bounded, in batches, one at a time, retried, drained last. */
export class EventQueue<E> {
  private readonly sender: EventSender<E>;
  private readonly diagnostics: Diagnostics;
  private readonly clock: Clock;
  private readonly batchSize: number;
  private readonly flushInterval: number;
  private readonly maxQueue: number;

  private readonly waiting = new Ring<QueuedEvent<E>>();
  private onTheWay = 0;
  /** Events that have left for good, sent or dropped; and where the current `flush` is done. */
  private gone = 0;
  private goal = 0;
  /** Batches that failed in a row. */
  private failures = 0;
  /** Events that went because the queue was full, since VWO was last reached. */
  private overflowed = 0;
  private cancelTimer: (() => void) | undefined;
  private sending: Promise<void> | undefined;
  private closing: Promise<void> | undefined;
  private closed = false;
  private readonly cutOff = new AbortController();

  constructor(options: EventQueueOptions<E>) {
    this.sender = options.sender;
    this.diagnostics = options.diagnostics;
    this.clock = options.clock;
    this.batchSize = options.batchSize;
    this.flushInterval = options.flushInterval;
    this.maxQueue = options.maxQueue;
  }

  /** Events that wait or are on their way. */
  get size(): number {
    return this.waiting.length + this.onTheWay;
  }

  /** Never throws, never waits. */
  enqueue(event: QueuedEvent<E>): void {
    this.diagnostics.count('eventsQueued');
    if (this.closed) return this.dropped(1, 'events-late', 'An event came after the client had closed and is lost.');
    this.waiting.push(event);
    if (this.size > this.maxQueue) this.overflow();
    if (this.sending !== undefined || this.closing !== undefined) return;
    if (this.cancelTimer === undefined) this.wakeIn(this.waiting.length >= this.batchSize ? 0 : this.flushInterval);
    else if (this.waiting.length === this.batchSize && this.failures === 0) this.wakeIn(0);
  }

  /** Sends what is queued now. True when the queue is empty afterwards; never rejects. */
  async flush(): Promise<boolean> {
    this.goal = this.gone + this.size;
    await keepAliveUntil(this.run());
    return this.size === 0;
  }

  /** Drains for `deadline` ms at most; what remains is counted and said aloud. Never rejects; twice is fine. */
  close(deadline: number): Promise<void> {
    return (this.closing ??= keepAliveUntil(this.drain(deadline)));
  }

  private async drain(deadline: number): Promise<void> {
    this.sleep();
    const cancel = this.clock.after(deadline, () => this.cutOff.abort());
    for (let failures = 1; ; failures++) {
      await this.flush();
      if (this.size === 0 || this.cutOff.signal.aborted) break;
      await this.pause(backOff(failures, LAST_RETRY));
    }
    cancel();
    this.closed = true;
    const lost = this.waiting.take(this.size).length;
    if (lost > 0) {
      this.dropped(
        lost,
        'events-close',
        `${lost} events could not be sent within ${deadline} ms of closing and are lost.`,
      );
    }
  }

  /** One sender at a time: whoever wants events sent while it works adds to its goal. */
  private run(): Promise<void> {
    if (this.sending === undefined && this.waiting.length > 0) this.sending = this.sendWaiting();
    return this.sending ?? Promise.resolve();
  }

  private async sendWaiting(): Promise<void> {
    this.sleep();
    let more = true;
    while (more) more = (await this.sendBatch()) && this.isDue();
    this.sending = undefined;
    if (this.waiting.length === 0 || this.closing !== undefined) return;
    this.wakeIn(this.failures > 0 ? backOff(this.failures, RETRY) : this.flushInterval);
  }

  /** True when VWO could be reached. */
  private async sendBatch(): Promise<boolean> {
    const batch = this.waiting.take(this.batchSize);
    this.onTheWay = batch.length;
    const { left, reason } = await this.sender.send(batch, this.cutOff.signal);
    this.onTheWay = 0;
    this.gone += batch.length - left.length;
    this.waiting.putBack(left);
    if (left.length > 0) this.failed(reason);
    else this.succeeded();
    return left.length === 0;
  }

  private isDue(): boolean {
    return this.waiting.length >= this.batchSize || (this.waiting.length > 0 && this.gone < this.goal);
  }

  private failed(reason: string | undefined): void {
    this.failures += 1;
    if (this.cutOff.signal.aborted) return; // by ourselves: `drain` says how many are lost
    this.diagnostics.warn(
      'events',
      `Events cannot be sent: ${reason}. ${this.size} wait (${this.maxQueue} at most) and are tried again.`,
    );
  }

  private succeeded(): void {
    this.failures = 0;
    const lost = this.overflowed > 0 ? ` ${this.overflowed} were lost meanwhile: the queue was full.` : '';
    this.overflowed = 0;
    this.diagnostics.recovered('events', `Events are sent again.${lost}`);
  }

  private overflow(): void {
    this.waiting.shift();
    this.gone += 1;
    this.overflowed += 1;
    this.diagnostics.count('eventsDropped');
    if (this.overflowed > 1) return;
    this.diagnostics.warn(
      'events-full',
      `The event queue is full (${this.maxQueue}): from now on the oldest events are lost.`,
    );
  }

  private dropped(count: number, kind: string, message: string): void {
    this.gone += count;
    this.diagnostics.count('eventsDropped', count);
    this.diagnostics.warn(kind, message);
  }

  private wakeIn(ms: number): void {
    this.sleep();
    this.cancelTimer = this.clock.after(ms, () => {
      this.cancelTimer = undefined;
      void this.run();
    });
  }

  private sleep(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  /** Waits, but no longer than closing may take. */
  private async pause(ms: number): Promise<void> {
    const { signal } = this.cutOff;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
