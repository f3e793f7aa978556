import { afterEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../lib/common/index.js';
import { type QueuedEvent, type SingleFormat, SingleSender } from '../../lib/events/index.js';
import { Transport, VwoHosts } from '../../lib/transport/index.js';
import { MovedClock } from '../common/moved-clock.js';
import { listener } from '../transport/loopback.js';
import { type Batch, closeCollectors, Collector, type Numbered, numbers, sizes } from './collector.js';

afterEach(closeCollectors);

const format: SingleFormat<Numbered> = {
  entry: ({ event }) => event,
  nameOf: ({ event: { id } }) => `number ${id}`,
  single: () => ({ path: '/single', query: { a: 1 }, headers: {} }),
};

/** Events with these numbers, of as many users. */
const events = (from: number, to: number, userOf = (id: number) => `user-${id}`): QueuedEvent<Numbered>[] =>
  numbers(from, to).map((id) => ({ user: { id: userOf(id), uuid: 'U', sessionId: 1 }, time: 0, event: { id } }));

async function sender(answer: (batch: Batch, count: number) => number, ownFormat = format) {
  const collector = await Collector.start(answer);
  const logger = listener();
  const diagnostics = new Diagnostics(logger, new MovedClock());
  const single = new SingleSender(
    {
      account: { accountId: '1', environment: 'test' },
      transport: new Transport(),
      hosts: new VwoHosts({ baseUrl: collector.http.url }),
      diagnostics,
    },
    ownFormat,
  );
  const { signal } = new AbortController();
  const send = (list: readonly QueuedEvent<Numbered>[]) => single.send(list, signal);
  return { collector, send, lines: logger.lines, counted: () => diagnostics.snapshot() };
}

describe('SingleSender', () => {
  it('sends each event in a request of its own, ten of them at once', async () => {
    const { collector, send, counted } = await sender(() => 200);
    await expect(send(events(1, 25))).resolves.toEqual({ left: [] });
    expect(sizes(collector)).toEqual(numbers(1, 25).map(() => 1));
    expect([...collector.accepted].sort((a, b) => a - b)).toEqual(numbers(1, 25));
    expect(collector.mostUnderWay).toBeLessThanOrEqual(10);
    expect(counted()).toMatchObject({ eventsSent: 25, eventsDropped: 0 });
  });

  it('sends those of one user in their order', async () => {
    const { collector, send } = await sender(() => 200);
    await send(events(1, 30, (id) => `user-${id % 2}`));
    const odd = collector.accepted.filter((id) => id % 2 === 1);
    const even = collector.accepted.filter((id) => id % 2 === 0);
    expect([odd, even]).toEqual([[...odd].sort((a, b) => a - b), [...even].sort((a, b) => a - b)]);
    expect(odd.length + even.length).toBe(30);
  });

  it('leaves what was not accepted, in order, and does not try the rest where VWO cannot be reached', async () => {
    const { collector, send, counted } = await sender(({ ids: [id = 0] }) => (id % 2 ? 503 : 200));
    const list = events(1, 25);
    const { left, reason } = await send(list);
    expect(left.map(({ event }) => event.id)).toEqual([1, 3, 5, 7, 9, ...numbers(11, 25)]);
    expect(reason).toBe('VWO answered 503');
    expect(collector.batches).toHaveLength(10);
    expect(counted()).toMatchObject({ eventsSent: 5, eventsDropped: 0, eventBatchFailures: 1 });
  });

  it('gives up one event that VWO refuses, and sends the others', async () => {
    const { send, counted, lines } = await sender(({ ids }) => (ids.includes(3) ? 400 : 200));
    await expect(send(events(1, 25))).resolves.toEqual({ left: [] });
    expect(counted()).toMatchObject({ eventsSent: 24, eventsDropped: 1 });
    expect(lines).toEqual(['warn: An event (number 3) is refused: VWO answered 400. Dropped: 1.']);
  });

  it('gives up one event whose request cannot be made, and sends the others', async () => {
    const single = ({ event: { id } }: QueuedEvent<Numbered>) => {
      if (id === 3) throw new Error('no such request');
      return { path: '/single', query: {}, headers: {} };
    };
    const { send, counted, lines } = await sender(() => 200, { ...format, single });
    await expect(send(events(1, 5))).resolves.toEqual({ left: [] });
    expect(counted()).toMatchObject({ eventsSent: 4, eventsDropped: 1 });
    expect(lines).toEqual(['warn: An event (number 3) is refused: no such request. Dropped: 1.']);
  });

  it('spends no request on the rest where VWO refuses the account', async () => {
    const { collector, send, counted } = await sender(() => 401);
    await expect(send(events(1, 100))).resolves.toEqual({ left: [] });
    expect(collector.batches).toHaveLength(10);
    expect(counted()).toMatchObject({ eventsSent: 0, eventsDropped: 100 });
  });
});
