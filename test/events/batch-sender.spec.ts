import { afterEach, describe, expect, it } from '@jest/globals';
import { type Transport, VwoHosts } from '../../lib/transport/index.js';
import { type Batch, closeCollectors, Collector, formatWithSingles, numbered, numbers, queueTo } from './collector.js';

afterEach(closeCollectors);

describe('BatchSender, when VWO refuses', () => {
  it.each([401, 403, 404, 410])('gives a batch up after status %i, counts it and says so once', async (status) => {
    const collector = await Collector.start((_batch, count) => (count <= 2 ? status : 200));
    const { queue, add, counted, lines } = queueTo(collector.http.url);
    for (const [from, to] of [
      [1, 4],
      [5, 5],
      [6, 6],
    ] as const) {
      add(from, to);
      await expect(queue.flush()).resolves.toBe(true);
    }
    expect(collector.accepted).toEqual([6]);
    expect(counted()).toMatchObject({ eventsSent: 1, eventsDropped: 5, eventBatchFailures: 2 });
    expect(lines).toEqual([
      expect.stringMatching(`warn: VWO refused events with ${status}: .* Dropped: 4\\.`),
      'log: VWO accepts events again.',
    ]);
    expect(lines.join()).not.toContain('the-key');
  });

  it.each([400, 422])('finds the event that it refuses with %i, and sends all others', async (status) => {
    const collector = await Collector.start(({ ids }) => (ids.includes(17) ? status : 200));
    const { queue, add, counted, lines } = queueTo(collector.http.url);
    add(1, 50);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual(numbers(1, 50).filter((id) => id !== 17));
    expect(counted()).toMatchObject({ eventsSent: 49, eventsDropped: 1, eventBatchFailures: 1 });
    expect(lines).toEqual([`warn: An event (number 17) is refused: VWO answered ${status}. Dropped: 1.`]);
    expect(collector.batches.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(50)));
  });

  it.each([400, 413])('spends a bounded number of requests where VWO answers %i to everything', async (status) => {
    let recovered = false;
    const collector = await Collector.start(() => (recovered ? 200 : status));
    const { queue, add, counted } = queueTo(collector.http.url, { batchSize: 1_000 });
    add(1, 1_000);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.batches.length).toBeLessThanOrEqual(65);
    const before = collector.batches.length;
    add(1_001, 2_000);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.batches.length - before).toBe(1);
    expect(counted()).toMatchObject({ eventsSent: 0, eventsDropped: 2_000 });
    recovered = true;
    add(2_001, 3_000);
    await expect(queue.flush()).resolves.toBe(true);
    expect(counted()).toMatchObject({ eventsSent: 1_000, eventsDropped: 2_000 });
  });

  it('splits a batch that is too large until it fits, losing nothing', async () => {
    const collector = await Collector.start(({ ids }) => (ids.length > 6 ? 413 : 200));
    const { queue, add, counted, lines } = queueTo(collector.http.url);
    add(1, 100);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual(numbers(1, 100));
    expect(counted()).toMatchObject({ eventsSent: 100, eventsDropped: 0 });
    expect(lines).toEqual([]);
  });

  it('gives up a single event that is too large, and sends its neighbours', async () => {
    const collector = await Collector.start(({ ids }) => (ids.includes(4) ? 413 : 200));
    const { queue, add, counted, lines } = queueTo(collector.http.url);
    add(1, 10);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10]);
    expect(counted()).toMatchObject({ eventsSent: 9, eventsDropped: 1 });
    expect(lines).toEqual([expect.stringContaining('too large for VWO. Dropped: 1.')]);
  });

  it('tries again only what was not accepted, when the collector fails in the middle of a split', async () => {
    const collector = await Collector.start(({ ids }, count) => (ids.length > 5 ? 413 : count === 3 ? 503 : 200));
    const { queue, add, counted } = queueTo(collector.http.url);
    add(1, 10);
    await expect(queue.flush()).resolves.toBe(false);
    expect(collector.accepted).toEqual([1, 2, 3, 4, 5]);
    expect(queue.size).toBe(5);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual(numbers(1, 10));
    expect(counted()).toMatchObject({ eventsSent: 10, eventsDropped: 0 });
  });

  it('gives up an event that is not JSON, and sends its neighbours', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, add, counted, lines } = queueTo(collector.http.url);
    add(1, 1);
    queue.enqueue(numbered(0, 10n));
    add(2, 2);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual([1, 2]);
    expect(counted()).toMatchObject({ eventsQueued: 3, eventsSent: 2, eventsDropped: 1 });
    expect(lines).toEqual([expect.stringMatching(/warn: An event \(number 0\) cannot be written as JSON: .*BigInt/)]);
  });
});

describe('BatchSender, on a host that takes no batches', () => {
  const gateway = ({ url }: Batch, status: number) => (url.startsWith('/single') ? status : 404);

  it("sends single events from then on, as VWO's gateway takes them, losing none", async () => {
    const collector = await Collector.start((batch) => gateway(batch, 200));
    const { queue, add, counted, lines } = queueTo(collector.http.url, { format: formatWithSingles });
    add(1, 25);
    await expect(queue.flush()).resolves.toBe(true);
    add(26, 30);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual(numbers(1, 30));
    expect(collector.batches.filter(({ url }) => url.startsWith('/batch'))).toHaveLength(1);
    expect(counted()).toMatchObject({ eventsSent: 30, eventsDropped: 0, eventBatchFailures: 0 });
    expect(lines).toEqual(["log: The events' host takes no batches: events are sent to it one by one."]);
  });

  it('takes nothing as a proof but an answer to a single event', async () => {
    const collector = await Collector.start(() => 404);
    const { queue, add, counted, lines } = queueTo(collector.http.url, { format: formatWithSingles });
    add(1, 25);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.batches.map(({ url }) => url.split('?')[0])).toEqual(['/batch', '/single']);
    expect(counted()).toMatchObject({ eventsSent: 0, eventsDropped: 25 });
    expect(lines).toEqual([
      expect.stringMatching(/^warn: VWO refused events with 404: .*`eventsUrl`.* Dropped: 25\.$/),
    ]);
  });

  it('tries again later when it cannot be reached in between', async () => {
    const collector = await Collector.start((batch, count) => gateway(batch, count <= 2 ? 503 : 200));
    const { queue, add, counted } = queueTo(collector.http.url, { format: formatWithSingles });
    add(1, 3);
    await expect(queue.flush()).resolves.toBe(false);
    expect(queue.size).toBe(3);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual([1, 2, 3]);
    expect(counted()).toMatchObject({ eventsSent: 3, eventsDropped: 0 });
  });

  it("asks VWO's own host for batches only: there a 404 is a refusal", async () => {
    const paths: string[] = [];
    const transport = { post: async (url: string) => (paths.push(new URL(url).pathname), { status: 404 }) };
    const { queue, add, counted } = queueTo('', {
      transport: transport as unknown as Transport,
      hosts: new VwoHosts(),
      format: formatWithSingles,
    });
    add(1, 3);
    await expect(queue.flush()).resolves.toBe(true);
    expect(paths).toEqual(['/batch']);
    expect(counted()).toMatchObject({ eventsDropped: 3 });
  });
});
