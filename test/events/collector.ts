import { setImmediate as turn } from 'node:timers/promises';
import { Diagnostics } from '../../lib/common/diagnostics.js';
import {
  BatchSender,
  EventQueue,
  type EventQueueOptions,
  type QueuedEvent,
  type WireFormat,
} from '../../lib/events/index.js';
import { Transport, VwoHosts } from '../../lib/transport/index.js';
import { bodyOf, listener, loopback, type Loopback } from '../transport/loopback.js';
import { MovedClock } from '../common/moved-clock.js';

export interface Batch {
  readonly url: string;
  readonly authorization: string | undefined;
  /** The numbers of the events in it. */
  readonly ids: number[];
}

/** `reset-within`: after a part of it. */
type Answer = number | { status: number; retryAfter: string } | 'silence' | 'reset' | 'reset-within';

const open: Loopback[] = [];

/** `afterEach(closeCollectors)` */
export const closeCollectors = () => Promise.all(open.splice(0).map((server) => server.close()));

/** A collector that notes each batch, or single event, and answers as the test says: a status, or nothing at all. */
export class Collector {
  readonly batches: Batch[] = [];
  /** What it accepted: the events of batches that were answered with 200. */
  readonly accepted: number[] = [];
  underWay = 0;
  mostUnderWay = 0;

  private constructor(readonly http: Loopback) {}

  static async start(answer: (batch: Batch, count: number) => Answer): Promise<Collector> {
    const collector: Collector = new Collector(
      await loopback(async (request, response) => {
        collector.underWay += 1;
        collector.mostUnderWay = Math.max(collector.mostUnderWay, collector.underWay);
        response.on('close', () => (collector.underWay -= 1));
        const body = JSON.parse(await bodyOf(request)) as { ev: Numbered[] } | Numbered;
        const batch = {
          url: request.url ?? '',
          authorization: request.headers.authorization,
          ids: ('ev' in body ? body.ev : [body]).map(({ id }) => id),
        };
        collector.batches.push(batch);
        const what = answer(batch, collector.batches.length);
        if (what === 'reset') request.socket.resetAndDestroy();
        if (what === 'reset-within') {
          response.writeHead(200, { 'content-length': 100 }).write('{"', () => request.socket.resetAndDestroy());
        }
        if (typeof what === 'string') return;
        const { status, retryAfter } = typeof what === 'number' ? { status: what, retryAfter: undefined } : what;
        if (status === 200) collector.accepted.push(...batch.ids);
        response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('{}');
      }),
    );
    open.push(collector.http);
    return collector;
  }
}

/** An event of the tests' own product: a number, and what else it carries. */
export interface Numbered {
  readonly id: number;
  readonly amount?: unknown;
}

const user = { id: 'alice', uuid: 'A'.repeat(32), sessionId: 1 };

export const numbered = (id: number, amount?: unknown): QueuedEvent<Numbered> => ({
  user,
  time: 0,
  event: { id, amount },
});

/** How they travel. A host that takes single events only gets them at `/single`, where the product has said so. */
export const format: WireFormat<Numbered> = {
  request: () => ({ path: '/batch', query: { a: 123456 }, headers: { authorization: 'the-key' } }),
  entry: ({ event }) => event,
  nameOf: ({ event: { id } }) => `number ${id}`,
};
export const formatWithSingles: WireFormat<Numbered> = {
  ...format,
  single: () => ({ path: '/single', query: { a: 123456 }, headers: {} }),
};

export interface QueueOptions extends Partial<EventQueueOptions<Numbered>> {
  transport?: Transport;
  hosts?: VwoHosts;
  collectionPrefix?: () => string | undefined;
  format?: WireFormat<Numbered>;
}

export function queueTo(
  url: string,
  { transport, hosts, collectionPrefix, format: ownFormat = format, ...options }: QueueOptions = {},
) {
  const clock = new MovedClock();
  const wire = new MovedClock(); // deadlines of single calls, so that `clock` holds the queue's timers only
  const logger = listener();
  const diagnostics = new Diagnostics(logger, clock);
  const sending = {
    account: { accountId: '1', environment: 'test' },
    clock,
    transport: transport ?? new Transport({ clock: wire }),
    hosts: hosts ?? new VwoHosts({ baseUrl: url }),
    collectionPrefix,
    diagnostics,
  };
  const queue = new EventQueue({
    sender: new BatchSender(sending, ownFormat),
    batchSize: 100,
    flushInterval: 2_000,
    maxQueue: 10_000,
    maxQueueBytes: 2 ** 25,
    diagnostics,
    clock,
    ...options,
  });
  const add = (from: number, to: number) => {
    for (let id = from; id <= to; id++) queue.enqueue(numbered(id));
  };
  return { queue, clock, wire, add, diagnostics, lines: logger.lines, counted: () => diagnostics.snapshot() };
}

export const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
export const sizes = (collector: Collector) => collector.batches.map(({ ids }) => ids.length);

/** Lets everything that is not waiting for the clock or the network happen. */
export const settle = async () => {
  for (let i = 0; i < 20; i++) await turn();
};
