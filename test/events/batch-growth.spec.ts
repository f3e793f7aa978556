import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../common/waiting.js';
import { type Batch, closeCollectors, Collector, numbered, numbers, queueTo, sizes } from './collector.js';

afterEach(closeCollectors);

const GROWING = { batchSize: 100, maxBatchSize: 5_000, maxQueue: 100_000 };

/** Batches that were answered so, by their sizes. */
const answered = (collector: Collector, status: number, answer: (batch: Batch) => number) =>
  collector.batches.filter((batch) => answer(batch) === status).map(({ ids }) => ids.length);

describe('EventQueue, under a backlog', () => {
  it('sends twice as many each time, in their order, no more than 5,000', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, add, counted } = queueTo(collector.http.url, GROWING);
    add(1, 20_000);
    await expect(queue.flush()).resolves.toBe(true);
    expect(sizes(collector)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 3_700]);
    expect(collector.accepted).toEqual(numbers(1, 20_000));
    expect(counted()).toMatchObject({ eventsSent: 20_000, eventBatchFailures: 0 });
  });

  it('begins anew once the backlog is gone', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, add } = queueTo(collector.http.url, GROWING);
    add(1, 700);
    await queue.flush();
    add(701, 1_000);
    await queue.flush();
    expect(sizes(collector)).toEqual([100, 200, 400, 100, 200]);
  });

  it('begins anew after a failure, and sends half as many at most as could not be sent', async () => {
    const failing = new Set([4, 5]);
    const collector = await Collector.start((_batch, count) => (failing.has(count) ? 503 : 200));
    const { queue, add } = queueTo(collector.http.url, GROWING);
    add(1, 4_000);
    await expect(queue.flush()).resolves.toBe(false); // 800 fail
    await expect(queue.flush()).resolves.toBe(false);
    await expect(queue.flush()).resolves.toBe(true);
    expect(sizes(collector)).toEqual([100, 200, 400, 800, 100, 100, 200, 400, 400, 400, 400, 400, 400, 400, 200]);
    expect(collector.accepted).toEqual(numbers(1, 4_000));
  });

  it('finds what the collector takes, and asks it for more only in the next backlog', async () => {
    const answer = ({ ids }: Batch) => (ids.length > 1_000 ? 413 : 200);
    const collector = await Collector.start(answer);
    const { queue, add, counted } = queueTo(collector.http.url, GROWING);
    for (const first of [1, 10_001]) {
      add(first, first + 9_999);
      await expect(queue.flush()).resolves.toBe(true);
    }
    expect(answered(collector, 413, answer)).toEqual([1_600, 1_600]);
    expect(collector.accepted).toEqual(numbers(1, 20_000));
    expect(counted()).toMatchObject({ eventsSent: 20_000, eventsDropped: 0 });
  });

  it('is held up by no single event that is too large', async () => {
    const answer = ({ ids }: Batch) => (ids.includes(2_000) ? 413 : 200);
    const collector = await Collector.start(answer);
    const { queue, add, counted } = queueTo(collector.http.url, GROWING);
    add(1, 10_000);
    await expect(queue.flush()).resolves.toBe(true);
    expect(counted()).toMatchObject({ eventsSent: 9_999, eventsDropped: 1 });
    expect(collector.accepted).toEqual(numbers(1, 10_000).filter((id) => id !== 2_000));
    expect(Math.max(...answered(collector, 200, answer))).toBe(800);
  });

  it('sends no more at once than takes 8 MB, estimated, beyond the size of a batch', async () => {
    const collector = await Collector.start(() => 200);
    const { queue } = queueTo(collector.http.url, { ...GROWING, maxQueueBytes: 2 ** 30 });
    const long = 'x'.repeat(20_000); // 40 kB, estimated
    for (let id = 1; id <= 1_500; id++) queue.enqueue(numbered(id, long));
    await expect(queue.flush()).resolves.toBe(true);
    expect(sizes(collector).slice(0, 3)).toEqual([100, 200, 207]);
    expect(Math.max(...sizes(collector))).toBe(207);
    expect(collector.accepted).toEqual(numbers(1, 1_500));
  });

  it('drains with large batches when it closes', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add } = queueTo(collector.http.url, GROWING);
    add(1, 9_000);
    await queue.close(5_000);
    expect(sizes(collector)).toEqual([100, 200, 400, 800, 1_600, 3_200, 2_700]);
    expect(clock.timers).toEqual([]);
  });

  it('does so by itself while more come than the size of a batch', async () => {
    const collector = await Collector.start(({ ids }) => {
      if (ids[0] === 1) add(101, 1_000); // while the first one is under way
      return 200;
    });
    const { queue, clock, add } = queueTo(collector.http.url, GROWING);
    add(1, 100);
    clock.move(0);
    await until(() => queue.size === 0);
    expect(sizes(collector)).toEqual([100, 200, 400, 300]);
  });
});
