import type { Diagnostics } from '../common/index.js';
import { errorText } from '../common/index.js';
import { type Transport, type VwoHosts } from '../transport/index.js';
import type { EventSender, Sent } from './event-sender.js';
import type { QueuedEvent } from './queued-event.js';
import type { WireFormat } from './wire-format.js';

/** How long VWO may take to accept a batch, in ms. */
const TIMEOUT = 10_000;

export interface BatchSenderOptions {
  transport: Transport;
  hosts: VwoHosts;
  /** Of the current settings. */
  collectionPrefix?: (() => string | undefined) | undefined;
  /** How long one POST may take, in ms. @default 10,000 */
  timeout?: number | undefined;
  diagnostics: Diagnostics;
}

const DONE: Sent<never> = { left: [] };

/** Posts one batch, and reads VWO's answer to it. */
export class BatchSender<E> implements EventSender<E> {
  constructor(
    private readonly options: BatchSenderOptions,
    private readonly format: WireFormat<E>,
  ) {}

  get reached(): boolean {
    return this.options.transport.reached;
  }

  async send(events: readonly QueuedEvent<E>[], signal: AbortSignal): Promise<Sent<E>> {
    const { written, json } = this.written(events);
    if (written.length === 0) return DONE;
    try {
      return await this.answered(await this.post(written, json, signal), written, signal);
    } catch (error) {
      return this.failed(written, errorText(error));
    }
  }

  private post(events: readonly QueuedEvent<E>[], json: string, signal: AbortSignal): Promise<number> {
    const { transport, hosts, collectionPrefix, timeout = TIMEOUT } = this.options;
    const { path, query, headers } = this.format.request(events);
    return transport.post(hosts.eventsUrl(path, query, collectionPrefix?.()), json, { timeout, signal, headers });
  }

  private async answered(status: number, events: readonly QueuedEvent<E>[], signal: AbortSignal): Promise<Sent<E>> {
    if (status === 200) {
      this.options.diagnostics.count('eventsSent', events.length);
      return DONE;
    }
    if (status === 413) return this.inHalves(events, signal);
    if (mayPass(status)) return this.failed(events, `VWO answered ${status}`);
    this.options.diagnostics.count('eventBatchFailures');
    this.giveUp(events.length, 'events-refused', `VWO refused a batch of events with ${status}: ${cureOf(status)}`);
    return DONE;
  }

  /** A batch that is too large goes as two; a single event that is too large does not go at all. */
  private async inHalves(events: readonly QueuedEvent<E>[], signal: AbortSignal): Promise<Sent<E>> {
    if (events.length === 1) {
      const name = events.map((event) => this.format.nameOf(event)).join();
      this.giveUp(1, 'events-too-large', `An event (${name}) is too large for VWO.`);
      return DONE;
    }
    const middle = Math.ceil(events.length / 2);
    const first = await this.send(events.slice(0, middle), signal);
    if (first.left.length > 0) return { ...first, left: [...first.left, ...events.slice(middle)] };
    return this.send(events.slice(middle), signal);
  }

  private failed(left: readonly QueuedEvent<E>[], reason: string): Sent<E> {
    this.options.diagnostics.count('eventBatchFailures');
    return { left, reason };
  }

  private giveUp(count: number, kind: string, message: string): void {
    this.options.diagnostics.count('eventsDropped', count);
    this.options.diagnostics.warn(kind, `${message} Dropped: ${count}.`);
  }

  /** The body. An event whose properties are not JSON (a cycle, a bigint) must not spoil the others'. */
  private written(events: readonly QueuedEvent<E>[]): { written: QueuedEvent<E>[]; json: string } {
    const written: QueuedEvent<E>[] = [];
    const parts: string[] = [];
    for (const event of events) {
      try {
        parts.push(JSON.stringify(this.format.entry(event)));
        written.push(event);
      } catch (error) {
        this.giveUp(
          1,
          'events-not-json',
          `An event (${this.format.nameOf(event)}) cannot be written as JSON: ${errorText(error)}.`,
        );
      }
    }
    return { written, json: this.format.body(parts) };
  }
}

/** Success is exactly 200. A refusal stays one; anything else may be different in a moment. */
function mayPass(status: number): boolean {
  return status < 400 || status >= 500 || status === 408 || status === 429;
}

function cureOf(status: number): string {
  if (status === 401 || status === 403) return 'are `accountId` and `sdkKey` those of one environment?';
  if (status === 404 || status === 405) {
    return 'the host takes no batches (VWO\'s gateway does not): set `eventsUrl` to "https://dev.visualwebsiteoptimizer.com" or to your proxy.';
  }
  return 'it will not take them at another time either.';
}
