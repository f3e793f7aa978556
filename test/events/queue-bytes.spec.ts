import { afterEach, describe, expect, it } from '@jest/globals';
import type { EventUser } from '../../lib/events/index.js';
import { until } from '../common/waiting.js';
import { closeCollectors, Collector, numbered, numbers, queueTo } from './collector.js';

afterEach(closeCollectors);

/** A text that counts as `kb` kB, two bytes a character. */
const text = (kb: number) => 'x'.repeat(kb * 500);

const userWith = (customVariables: Record<string, unknown>, id = 'alice'): EventUser => ({
  id,
  uuid: 'A'.repeat(32),
  sessionId: 1,
  customVariables,
});

/** What an event with this amount, of this user, is taken to need. */
const estimate = (amount: unknown, user = userWith({})): number => {
  const { queue } = queueTo('');
  queue.enqueue({ ...numbered(1, amount), user });
  return queue.bytes;
};

describe('the bytes of the queue', () => {
  it('are bounded: the oldest that wait go, for large events before there are many', async () => {
    let down = true;
    const collector = await Collector.start(() => (down ? 503 : 200));
    const { queue, counted, diagnostics, lines } = queueTo(collector.http.url, { maxQueueBytes: 100_000 });
    for (let id = 1; id <= 50; id++) {
      queue.enqueue(numbered(id, text(10)));
      expect(queue.bytes).toBeLessThanOrEqual(100_000);
    }
    expect(queue.size).toBe(9);
    await queue.flush();
    expect(counted()).toMatchObject({ eventsQueued: 50, eventsDropped: 41, eventsSent: 0 });
    expect(diagnostics.dropped()).toMatchObject({ full: 0, 'full-bytes': 41 });
    down = false;
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual(numbers(42, 50));
    expect(queue.bytes).toBe(0);
    expect(lines.filter((line) => line.includes('full') || line.includes('room'))).toEqual([
      'warn: The event queue is full (100000 bytes): from now on the oldest events are lost.',
      'log: The event queue has room again: 41 events were lost.',
    ]);
  });

  it('cost an event that alone is larger than the bound, and no other', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, add, diagnostics, lines } = queueTo(collector.http.url, { maxQueueBytes: 100_000 });
    add(1, 20);
    queue.enqueue(numbered(21, text(200)));
    queue.enqueue({ ...numbered(22), user: userWith({ cart: text(200) }) });
    add(23, 25);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual([...numbers(1, 20), 23, 24, 25]);
    expect(diagnostics.dropped()).toMatchObject({ full: 0, 'full-bytes': 2 });
    expect(lines).toEqual([expect.stringMatching(/^warn: An event is lost: .*larger than .*\(100000 bytes\)/)]);
  });

  it('count while they are sent: an event without room beside those costs no other', async () => {
    const collector = await Collector.start(() => 'silence');
    const { queue, clock, wire, diagnostics } = queueTo(collector.http.url, { maxQueueBytes: 100_000, batchSize: 8 });
    for (let id = 1; id <= 8; id++) queue.enqueue(numbered(id, text(10)));
    clock.move(0);
    await until(() => collector.batches.length === 1);
    queue.enqueue(numbered(9, text(1)));
    queue.enqueue(numbered(10, text(50)));
    expect(queue.size).toBe(9);
    queue.enqueue(numbered(11, text(10)));
    queue.enqueue(numbered(12, text(10)));
    expect([queue.size, diagnostics.dropped()['full-bytes']]).toEqual([9, 3]); // 9 and 11 went for 12
    wire.move(10_000);
    await until(() => collector.underWay === 0 && clock.timers.length === 1);
    expect(queue.size).toBe(9);
    expect(queue.bytes).toBeLessThanOrEqual(100_000);
    await Promise.all([queue.close(0), Promise.resolve().then(() => clock.move(0))]);
    expect([queue.size, queue.bytes]).toEqual([0, 0]);
  });

  it('are given back by what is sent, refused, or tried again', async () => {
    const answers = [503, 413, 200, 400, 'reset', 200] as const;
    const collector = await Collector.start((_batch, count) => answers[count % answers.length] ?? 200);
    const { queue, counted } = queueTo(collector.http.url, { maxQueueBytes: 100_000, batchSize: 5 });
    for (let id = 1; id <= 300; id++) {
      queue.enqueue({ ...numbered(id, text(id % 7)), user: userWith({ cart: text(id % 3) }, `user-${id % 11}`) });
      if (id % 20 === 0) await queue.flush();
      const { eventsQueued, eventsSent, eventsDropped } = counted();
      expect(eventsSent + eventsDropped + queue.size).toBe(eventsQueued);
    }
    while (queue.size > 0) await queue.flush();
    expect(queue.bytes).toBe(0);
    const { eventsSent, eventsDropped } = counted();
    expect([eventsSent > 0, eventsDropped > 0, eventsSent + eventsDropped]).toEqual([true, true, 300]);
  });
});

describe('the estimate', () => {
  const VALUES: readonly (readonly [what: string, value: unknown])[] = [
    ['nothing', undefined],
    ['a text', text(3)],
    ['a text of many scripts', 'äθ漢🎈'.repeat(300)],
    ['numbers', numbers(1, 2_000).map((n) => n / 7)],
    ['fields', Object.fromEntries(numbers(1, 500).map((n) => [`f${n}`, n % 2 === 0]))],
    ['objects', numbers(1, 300).map((n) => ({ sku: `sku-${n}`, price: n, tags: ['a', 'b'] }))],
    ['a deep object', numbers(1, 1_000).reduce<unknown>((inner) => ({ inner }), 'x')],
  ];

  it.each(VALUES)(
    'of %s is not far below its JSON, and not many times above, in the event and in the user',
    (_, value) => {
      const user = userWith({ value });
      const json = Buffer.byteLength(JSON.stringify({ value })) + 512;
      for (const bytes of [estimate(value), estimate(1, user)]) {
        expect(bytes).toBeGreaterThan(json / 2);
        expect(bytes).toBeLessThan(json * 10);
      }
    },
  );

  it('counts everything that a visit keeps of its user', () => {
    const kept = ['variationTargetingVariables', 'platformVariables', 'metaData', 'userStorageData', '_vwo'];
    const plain = estimate(1);
    for (const name of kept)
      expect(estimate(1, { ...userWith({}), [name]: { a: text(100) } })).toBeGreaterThan(plain + 99_000);
    expect(estimate(1, { ...userWith({}), userAgent: text(100) })).toBeGreaterThan(plain + 99_000);
    expect(estimate(1, userWith({}, text(100)))).toBeGreaterThan(plain + 99_000);
    expect(estimate(1, { ...userWith({}), postSegmentationVariables: [text(100)] })).toBeGreaterThan(plain + 99_000);
    expect(estimate(1, userWith({ file: Buffer.alloc(100_000) }))).toBeGreaterThan(plain + 99_000);
  });

  it('counts an object once, however often it is met, and comes to an end in a circle', () => {
    const part = { text: text(10) };
    const circle: Record<string, unknown> = { parts: Array.from({ length: 50 }, () => part) };
    circle['self'] = circle;
    expect(estimate(circle)).toBeLessThan(20_000);
  });

  it('throws nothing for what cannot be read', () => {
    const unreadable = Object.defineProperty({}, 'price', {
      enumerable: true,
      get: () => {
        throw new Error('no price');
      },
    });
    expect(estimate(unreadable)).toBeGreaterThan(0);
    expect(estimate({ deep: { unreadable } })).toBeGreaterThan(0);
    expect(estimate(1, userWith({ deep: { unreadable } }))).toBeGreaterThan(0);
    expect(estimate(new Proxy({}, { ownKeys: () => ['a', 'b'] }))).toBeGreaterThan(0);
  });
});
