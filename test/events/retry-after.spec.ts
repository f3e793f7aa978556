import { afterEach, describe, expect, it } from '@jest/globals';
import { retryAfterOf } from '../../lib/events/retry-after.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { closeCollectors, Collector, numbers, queueTo, settle } from './collector.js';

afterEach(closeCollectors);

const NOW = Date.UTC(2026, 10, 27, 12, 0, 0);

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['300', 300_000],
    ['301', 300_000],
    ['99999999999999999999999', 300_000],
    ['Fri, 27 Nov 2026 12:00:09 GMT', 9_000],
    ['Fri, 27 Nov 2036 12:00:09 GMT', 300_000],
  ])('"%s" is a pause of %i ms', (header, ms) => {
    expect(retryAfterOf(header, NOW)).toBe(ms);
  });

  it.each([
    undefined,
    '',
    '0',
    '-5',
    '1.5',
    '1e3',
    '0x10',
    '7, 9',
    'soon',
    'Infinity',
    '2026-11-27T12:00:09Z',
    'Fri, 27 Nov 2026 11:59:59 GMT',
    'Fri, 27 Xxx 2026 12:00:09 GMT',
  ])('"%s" is none', (header) => {
    expect(retryAfterOf(header, NOW)).toBeUndefined();
  });
});

/** When the clocks of the tests begin, ms since the epoch. */
const START = new MovedClock().now();

/** A queue with these events, whose first batch was answered so. */
async function answered(first: { status: number; retryAfter: string }, then: number | 'silence' = 200) {
  const collector = await Collector.start((_batch, count) => (count === 1 ? first : then));
  const queued = queueTo(collector.http.url, { batchSize: 10 });
  queued.add(1, 10);
  queued.clock.move(0);
  await until(() => collector.batches.length === 1 && queued.clock.timers.length === 1);
  return { ...queued, collector };
}

describe('a queue that VWO asks to be left alone', () => {
  it.each([
    [429, '120', 120_000],
    [503, '120', 120_000],
    [429, '86400', 300_000],
  ])('after %i with %s sends nothing for so long, whatever comes and whoever asks', async (status, retryAfter, ms) => {
    const { queue, clock, add, collector, counted, lines } = await answered({ status, retryAfter });
    expect(clock.timers).toEqual([ms]);
    add(11, 500);
    await expect(queue.flush()).resolves.toBe(false);
    clock.move(ms - 1);
    await expect(queue.flush()).resolves.toBe(false);
    await settle();
    expect(collector.batches).toHaveLength(1);
    clock.move(1);
    await until(() => queue.size === 0);
    expect(collector.accepted).toEqual(numbers(1, 500));
    expect(counted()).toMatchObject({ eventsSent: 500, eventsDropped: 0, eventBatchFailures: 1 });
    expect(lines).toEqual([
      `warn: Events cannot be sent: VWO answered ${status}. 10 wait (10000 at most) and are tried again.`,
      'log: Events are sent again.',
    ]);
  });

  it('goes by the date that is named', async () => {
    const { collector, clock } = await answered({ status: 503, retryAfter: new Date(START + 90_000).toUTCString() });
    expect(clock.timers).toEqual([90_000]);
    clock.move(90_000);
    await until(() => collector.accepted.length === 10);
  });

  it.each([
    [429, 'soon'],
    [500, '120'],
    [503, '0'],
  ])('after %i with "%s" is tried again as ever', async (status, retryAfter) => {
    const { queue, clock, collector } = await answered({ status, retryAfter });
    expect(clock.timers[0]).toBeLessThanOrEqual(1_000);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual(numbers(1, 10));
  });

  it('waits longer by itself than it is asked to, where it has failed often', async () => {
    const collector = await Collector.start(() => ({ status: 503, retryAfter: '1' }));
    const { clock, add } = queueTo(collector.http.url);
    add(1, 1);
    clock.move(2_000);
    for (let tries = 1; tries <= 8; tries++) {
      await until(() => collector.batches.length === tries && collector.underWay === 0 && clock.timers.length === 1);
      const wait = clock.timers[0] ?? 0;
      expect(wait).toBeGreaterThanOrEqual(Math.max(1_000, Math.min(30_000, 1_000 * 2 ** (tries - 1)) / 2));
      clock.move(wait);
    }
  });
});

describe('closing while VWO asks to be left alone', () => {
  it('tries at once all the same, and sends what is taken then', async () => {
    const { queue, clock, add, collector, counted, lines } = await answered({ status: 429, retryAfter: '120' });
    add(11, 15);
    await queue.close(5_000);
    expect(collector.batches).toHaveLength(3);
    expect(collector.accepted).toEqual(numbers(1, 15));
    expect(counted()).toMatchObject({ eventsSent: 15, eventsDropped: 0 });
    expect(lines.at(-1)).toBe('log: Events are sent again.');
    expect(clock.timers).toEqual([]);
  });

  it('ends without waiting for its deadline where the answer is the same, and says what is lost and why', async () => {
    const collector = await Collector.start(() => ({ status: 429, retryAfter: '120' }));
    const { queue, clock, add, counted, diagnostics, lines } = queueTo(collector.http.url, { batchSize: 10 });
    add(1, 25);
    await queue.close(5_000); // and `clock` has not moved
    expect(collector.batches).toHaveLength(1);
    expect(counted()).toMatchObject({ eventsQueued: 25, eventsSent: 0, eventsDropped: 25 });
    expect(diagnostics.dropped()).toMatchObject({ closing: 25 });
    expect(lines.at(-1)).toBe(
      'warn: 25 events could not be sent and are lost: VWO asks to be left alone for longer than closing may take.',
    );
    expect([queue.size, queue.bytes, clock.timers]).toEqual([0, 0, []]);
  });

  it('waits for a pause that ends before its deadline', async () => {
    const collector = await Collector.start((_batch, count) => (count <= 2 ? { status: 503, retryAfter: '2' } : 200));
    const { queue, clock, add, counted } = queueTo(collector.http.url);
    add(1, 3);
    const closed = queue.close(5_000);
    for (const tries of [1, 2]) {
      await until(() => collector.batches.length === tries && clock.timers.length === 2);
      expect(clock.timers[0]).toBe(2_000);
      clock.move(2_000);
    }
    await closed;
    expect(collector.accepted).toEqual([1, 2, 3]);
    expect(counted()).toMatchObject({ eventsDropped: 0 });
  });

  it('ends at its deadline where the last answer does not come', async () => {
    const { queue, clock, collector, counted } = await answered({ status: 429, retryAfter: '120' }, 'silence');
    const closed = queue.close(5_000);
    await until(() => collector.batches.length === 2);
    clock.move(5_000);
    await closed;
    expect(counted()).toMatchObject({ eventsQueued: 10, eventsSent: 0, eventsDropped: 10 });
  });
});
