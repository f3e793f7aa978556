import { backOff, type BackOffOptions, type Clock, inNeutralContext } from '../common/index.js';
import { BatchGrowth } from './batch-growth.js';
import type { EventBuffer } from './event-buffer.js';
import type { EventSender } from './event-sender.js';
import type { QueueReport } from './queue-report.js';

/** Waits between tries while VWO cannot be reached, in ms. */
const RETRY: BackOffOptions = { first: 1_000, longest: 30_000 };

export interface EventDeliveryOptions<E> {
  sender: EventSender<E>;
  /** Events in one request, and so many make one at once. */
  batchSize: number;
  /** The same under a backlog. @default `batchSize` */
  maxBatchSize?: number;
  /** How long an event waits for others, in ms. */
  flushInterval: number;
  clock: Clock;
}

/** Decides when a batch is sent: when it is full, when its time has come, or when somebody asks. One batch at a time. */
export class EventDelivery<E> {
  /** `buffer.departed` at which everything asked for has been sent. */
  private goal = 0;
  /** Batches that failed in a row. */
  private failures = 0;
  /** VWO asks to be left alone until then, on the monotonic clock; what has passed asks for nothing. */
  private notBefore = -Infinity;
  private cancelTimer: (() => void) | undefined;
  /** The timer is set to the next turn. */
  private wakesNow = false;
  private sending: Promise<void> | undefined;
  private onDemand = false;
  private readonly cutOff = new AbortController();
  private readonly growth: BatchGrowth;

  constructor(
    private readonly buffer: EventBuffer<E>,
    private readonly report: QueueReport,
    private readonly options: EventDeliveryOptions<E>,
  ) {
    const { batchSize, maxBatchSize = batchSize } = options;
    this.growth = new BatchGrowth(batchSize, maxBatchSize);
  }

  /** Aborted when sending has to end. */
  get signal(): AbortSignal {
    return this.cutOff.signal;
  }

  /** An event has come: sees to it that it is sent in time. */
  notice(): void {
    if (this.sending !== undefined || this.onDemand) return;
    const { batchSize, flushInterval } = this.options;
    const isFull = this.buffer.waiting >= batchSize;
    if (this.cancelTimer === undefined) this.wakeIn(isFull ? 0 : flushInterval);
    else if (isFull && !this.wakesNow && this.failures === 0) this.wakeIn(0);
  }

  /** How much longer VWO asks to be left alone, in ms. */
  get pause(): number {
    return Math.max(0, Math.ceil(this.notBefore - this.options.clock.monotonic()));
  }

  /**
   * Sends what is there now. True when all of it has left, sent or given up; never rejects. While VWO asks to be left alone nothing
   * is sent but what already is, unless `anyway`.
   */
  async sendAll(anyway = false): Promise<boolean> {
    const goal = this.buffer.departed + this.buffer.size;
    this.goal = Math.max(this.goal, goal);
    if (anyway || this.pause === 0) await this.run();
    else await this.sending;
    return this.buffer.departed >= goal;
  }

  /** From now on events are sent only by `sendAll`. */
  stopTimers(): void {
    this.onDemand = true;
    this.sleep();
  }

  /** Ends the request under way; nothing is sent any more. */
  end(): void {
    this.cutOff.abort();
  }

  private run(): Promise<void> {
    if (this.sending === undefined && this.buffer.waiting > 0) {
      this.sending = inNeutralContext(() => this.sendWaiting());
    }
    return this.sending ?? Promise.resolve();
  }

  private async sendWaiting(): Promise<void> {
    this.sleep();
    let more = true;
    while (more) more = (await this.sendBatch()) && this.isDue();
    this.sending = undefined;
    if (this.buffer.waiting === 0 || this.onDemand) return;
    const wait = this.failures > 0 ? backOff(this.failures, RETRY) : this.options.flushInterval;
    this.wakeIn(Math.max(wait, this.pause));
  }

  /** True when VWO could be reached. */
  private async sendBatch(): Promise<boolean> {
    const batch = this.buffer.take(this.growth.next, this.options.batchSize);
    const { left, reason, retryAfter, fitting } = await this.options.sender.send(batch, this.signal);
    this.buffer.settle(left);
    if (left.length > 0) this.growth.failed();
    else this.growth.accepted(this.buffer.waiting, fitting);
    this.notBefore = retryAfter === undefined ? -Infinity : this.options.clock.monotonic() + retryAfter;
    this.failures = left.length > 0 ? this.failures + 1 : 0;
    if (left.length === 0) this.report.flowing();
    else if (!this.signal.aborted) this.report.stuck(reason, this.buffer.size); // else ended by ourselves
    return left.length === 0;
  }

  private isDue(): boolean {
    const { waiting, departed } = this.buffer;
    return waiting >= this.options.batchSize || (waiting > 0 && departed < this.goal);
  }

  private wakeIn(ms: number): void {
    this.sleep();
    this.wakesNow = ms === 0;
    this.cancelTimer = this.options.clock.after(ms, () => {
      this.cancelTimer = undefined;
      void this.run();
    });
  }

  private sleep(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }
}
