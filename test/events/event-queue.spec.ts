import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Transport, VwoHosts } from '../../lib/transport/index.js';
import { nobody } from '../transport/loopback.js';
import { until } from '../common/waiting.js';
import { closeCollectors, Collector, numbers, queueTo, settle, sizes } from './collector.js';

afterEach(closeCollectors);

describe('EventQueue, while all is well', () => {
  it('sends what came within the interval as one batch, as its product says', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add, counted, lines } = queueTo(collector.http.url);
    add(1, 3);
    clock.move(1_999);
    await settle();
    expect(collector.batches).toEqual([]);
    clock.move(1);
    await until(() => queue.size === 0);
    expect(collector.batches).toEqual([
      {
        url: '/batch?a=123456',
        authorization: 'the-key',
        ids: [1, 2, 3],
      },
    ]);
    expect(counted()).toMatchObject({ eventsQueued: 3, eventsSent: 3, eventsDropped: 0, eventBatchFailures: 0 });
    expect(lines).toEqual([]);
  });

  it('sends a full batch at once, without waiting for the interval', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add } = queueTo(collector.http.url);
    add(1, 99);
    clock.move(0);
    await settle();
    expect(collector.batches).toEqual([]);
    add(100, 100);
    expect(collector.batches).toEqual([]); // not within the caller's own turn
    clock.move(0);
    await until(() => queue.size === 0);
    expect(sizes(collector)).toEqual([100]);
  });

  it('sets its timer once for a full batch, though further events push the oldest out', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add } = queueTo(collector.http.url, { batchSize: 5, maxQueue: 5 });
    add(1, 4);
    const after = jest.spyOn(clock, 'after');
    add(5, 50);
    expect(after).toHaveBeenCalledTimes(1);
    clock.move(0);
    await until(() => queue.size === 0);
    expect(collector.accepted).toEqual(numbers(46, 50));
  });

  it('sends many events in their order, each once, in batches of the size asked for, one at a time', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add } = queueTo(collector.http.url, { batchSize: 7 });
    add(1, 100);
    clock.move(0);
    await until(() => collector.accepted.length >= 98);
    await until(() => clock.timers.length === 1);
    expect(queue.size).toBe(2); // they wait for company
    clock.move(2_000);
    await until(() => queue.size === 0);
    expect(collector.accepted).toEqual(numbers(1, 100));
    expect(Math.max(...sizes(collector))).toBe(7);
    expect(collector.mostUnderWay).toBe(1);
  });

  it('runs no timer and sends nothing while there is nothing to send', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add } = queueTo(collector.http.url);
    expect(clock.timers).toEqual([]);
    add(1, 1);
    expect(clock.timers).toEqual([2_000]);
    clock.move(2_000);
    await until(() => queue.size === 0);
    await settle();
    expect(clock.timers).toEqual([]);
    clock.move(3_600_000);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.batches).toHaveLength(1);
  });

  it('sends at once what a flush finds, and says when nothing is left', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add } = queueTo(collector.http.url, { batchSize: 10 });
    add(1, 25);
    await expect(queue.flush()).resolves.toBe(true);
    expect(sizes(collector)).toEqual([10, 10, 5]);
    expect(clock.timers).toEqual([]);
  });

  it('lets flushes and timers at the same moment send each event once', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add } = queueTo(collector.http.url, { batchSize: 10 });
    add(1, 15);
    clock.move(0);
    const flushes = [queue.flush(), queue.flush()];
    add(16, 18);
    flushes.push(queue.flush());
    await expect(Promise.all(flushes)).resolves.toEqual([true, true, true]);
    expect(collector.accepted).toEqual(numbers(1, 18));
    expect(collector.mostUnderWay).toBe(1);
  });

  it('says of a flush what became of what was queued then, whatever comes meanwhile', async () => {
    const collector = await Collector.start(() => (add(4, 4), 200));
    const { queue, add } = queueTo(collector.http.url);
    add(1, 3);
    await expect(queue.flush()).resolves.toBe(true);
    expect(queue.size).toBe(1);
  });

  it('sends outside the request that queued an event, asked for a flush or opened the connection', async () => {
    const requests = new AsyncLocalStorage<string>();
    const contexts: (string | undefined)[] = [];
    const note = async () => {
      contexts.push(requests.getStore());
      return { left: [] };
    };
    const { queue, clock, add } = queueTo('', { sender: { reached: true, send: note }, batchSize: 2 });
    requests.run('A', () => add(1, 1));
    clock.move(2_000);
    await requests.run('B', () => {
      add(2, 2);
      return queue.flush();
    });
    requests.run('C', () => add(3, 4)); // a full batch
    clock.move(0);
    await until(() => queue.size === 0);
    expect(contexts).toEqual([undefined, undefined, undefined]);
  });

  it("goes behind the collection prefix of the settings on VWO's own hosts", async () => {
    const urls: string[] = [];
    const transport = { post: async (url: string) => (urls.push(url), { status: 200 }) } as unknown as Transport;
    const prefixes = [undefined, 'eu01'];
    const { queue, add } = queueTo('', { transport, hosts: new VwoHosts(), collectionPrefix: () => prefixes.shift() });
    add(1, 1);
    await queue.flush();
    add(2, 2);
    await queue.flush();
    expect(urls.map((url) => new URL(url).pathname)).toEqual(['/batch', '/eu01/batch']);
  });
});

describe('EventQueue, when the collector fails', () => {
  it.each([500, 503, 408, 429, 204, 302])(
    'tries a batch again after status %i: success is exactly 200',
    async (status) => {
      const collector = await Collector.start((_batch, count) => (count <= 2 ? status : 200));
      const { queue, clock, add, counted, lines } = queueTo(collector.http.url);
      add(1, 5);
      await expect(queue.flush()).resolves.toBe(false);
      expect(queue.size).toBe(5);
      clock.move(1_000);
      await until(() => collector.batches.length === 2 && clock.timers.length === 1);
      clock.move(2_000);
      await until(() => queue.size === 0);
      expect(collector.accepted).toEqual([1, 2, 3, 4, 5]);
      expect(counted()).toMatchObject({ eventsSent: 5, eventsDropped: 0, eventBatchFailures: 2 });
      expect(lines).toEqual([
        expect.stringMatching(`warn: Events cannot be sent: VWO answered ${status}. 5 wait \\(10000 at most\\)`),
        'log: Events are sent again.',
      ]);
    },
  );

  it('tries again when nobody listens, the connection is reset, or no answer comes', async () => {
    const refused = queueTo(await nobody());
    refused.add(1, 1);
    await expect(refused.queue.flush()).resolves.toBe(false);
    expect(refused.lines[0]).toContain('ECONNREFUSED');

    const collector = await Collector.start((_batch, count) => (count === 1 ? 'reset' : count === 2 ? 'silence' : 200));
    const { queue, wire, add, counted } = queueTo(collector.http.url);
    add(1, 2);
    await expect(queue.flush()).resolves.toBe(false);
    const flushed = queue.flush();
    await until(() => collector.batches.length === 2);
    wire.move(10_000); // the deadline of one POST
    await expect(flushed).resolves.toBe(false);
    await until(() => collector.underWay === 0);
    await expect(queue.flush()).resolves.toBe(true);
    expect(collector.accepted).toEqual([1, 2]);
    expect(counted()).toMatchObject({ eventsSent: 2, eventBatchFailures: 2 });
  });

  it('waits longer after each failure, and never longer than half a minute', async () => {
    const collector = await Collector.start(() => 503);
    const { clock, add } = queueTo(collector.http.url);
    add(1, 1);
    clock.move(2_000);
    const waits: number[] = [];
    for (let tries = 1; tries <= 8; tries++) {
      await until(() => collector.batches.length === tries && collector.underWay === 0 && clock.timers.length === 1);
      const wait = clock.timers[0] ?? 0;
      waits.push(wait);
      clock.move(wait);
    }
    waits.forEach((wait, i) => {
      const full = Math.min(30_000, 1_000 * 2 ** i);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    });
  });

  it('makes no extra tries because events keep coming', async () => {
    const collector = await Collector.start(() => 503);
    const { queue, clock, add } = queueTo(collector.http.url, { batchSize: 10 });
    add(1, 10);
    clock.move(0);
    await until(() => queue.size === 10 && clock.timers.length === 1 && collector.underWay === 0);
    add(11, 500);
    clock.move(0);
    await settle();
    expect(collector.batches).toHaveLength(1);
  });

  it('never sends more than a batch at once, however many have gathered', async () => {
    let down = true;
    const collector = await Collector.start(() => (down ? 503 : 200));
    const { queue, clock, add } = queueTo(collector.http.url, { batchSize: 10 });
    for (let i = 0; i < 10; i++) {
      add(i * 50 + 1, i * 50 + 50);
      await queue.flush();
    }
    down = false;
    clock.move(30_000);
    await until(() => queue.size === 0);
    expect(Math.max(...sizes(collector))).toBe(10);
    expect(collector.accepted).toEqual(numbers(1, 500));
  });

  it('keeps 10,000 of 150,000 events while the collector is down, the newest, and counts the others', async () => {
    let down = true;
    const collector = await Collector.start(() => (down ? 503 : 200));
    const { queue, clock, add, counted, lines } = queueTo(collector.http.url);
    let most = 0;
    for (let i = 0; i < 150; i++) {
      add(i * 1_000 + 1, i * 1_000 + 1_000);
      most = Math.max(most, queue.size);
      if (i % 10 === 0) await queue.flush();
    }
    expect(most).toBe(10_000);
    expect(queue.size).toBe(10_000);
    expect(counted()).toMatchObject({ eventsQueued: 150_000, eventsDropped: 140_000, eventsSent: 0 });
    down = false;
    clock.move(30_000);
    await until(() => queue.size === 0);
    expect(collector.accepted).toEqual(numbers(140_001, 150_000));
    expect(Math.max(...sizes(collector))).toBe(100);
    expect(counted()).toMatchObject({ eventsDropped: 140_000, eventsSent: 10_000 });
    expect(lines.filter((line) => line.includes('queue is full'))).toHaveLength(1);
    expect(lines.slice(-2)).toEqual([
      'log: Events are sent again.',
      'log: The event queue has room again: 140000 events were lost.',
    ]);
  });

  it('holds one socket and the same bound while the collector is silent', async () => {
    const collector = await Collector.start(() => 'silence');
    const { queue, clock, wire, add, counted } = queueTo(collector.http.url, { maxQueue: 500 });
    for (let i = 0; i < 20; i++) {
      add(i * 100 + 1, i * 100 + 100);
      clock.move(3_000);
      wire.move(3_000);
      await settle();
    }
    expect(queue.size).toBe(500);
    expect(counted()).toMatchObject({ eventsQueued: 2_000, eventsDropped: 1_500 });
    expect(collector.mostUnderWay).toBeLessThanOrEqual(1);
    await Promise.all([queue.close(0), Promise.resolve().then(() => clock.move(0))]);
  });
});

describe('EventQueue.close', () => {
  it('sends what waits, ends every timer, and takes nothing more', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, clock, add, counted, lines } = queueTo(collector.http.url, { batchSize: 10 });
    add(1, 35);
    await queue.close(5_000);
    expect(collector.accepted).toEqual(numbers(1, 35));
    expect(clock.timers).toEqual([]);
    expect(lines).toEqual([]);
    add(36, 37);
    expect(counted()).toMatchObject({ eventsQueued: 37, eventsSent: 35, eventsDropped: 2 });
    expect(lines).toEqual([expect.stringContaining('came after the client had closed')]);
    expect(clock.timers).toEqual([]);
    await expect(queue.flush()).resolves.toBe(true);
  });

  it('waits for a batch that is already under way', async () => {
    let let_go = (): void => undefined;
    const collector = await Collector.start(() => 200);
    const held = new Promise<void>((resolve) => (let_go = resolve));
    const real = new Transport();
    const slow: Pick<Transport, 'post'> = {
      post: async (...args) => {
        await held;
        return real.post(...args);
      },
    };
    const { queue, clock, add } = queueTo(collector.http.url, { transport: slow as Transport });
    add(1, 3);
    clock.move(2_000);
    add(4, 4);
    const closed = queue.close(5_000);
    let_go();
    await closed;
    expect(collector.accepted).toEqual([1, 2, 3, 4]);
  });

  it('tries again within its deadline', async () => {
    const collector = await Collector.start((_batch, count) => (count <= 2 ? 503 : 200));
    const { queue, clock, add, counted } = queueTo(collector.http.url);
    add(1, 3);
    const closed = queue.close(5_000);
    for (const tries of [1, 2]) {
      await until(() => collector.batches.length === tries && clock.timers.length === 2);
      clock.move(clock.timers[0] ?? 0);
    }
    await closed;
    expect(collector.accepted).toEqual([1, 2, 3]);
    expect(counted()).toMatchObject({ eventsDropped: 0 });
    expect(clock.timers).toEqual([]);
  });

  it.each(['silence', 503] as const)('gives up at its deadline and says how many are lost (%s)', async (what) => {
    const collector = await Collector.start((_batch, count) => (count === 1 ? 200 : what));
    const { queue, clock, add, counted, lines } = queueTo(collector.http.url);
    add(0, 0);
    await queue.flush();
    add(1, 250);
    const closed = queue.close(5_000);
    await until(() => collector.batches.length === 2);
    clock.move(5_000);
    await closed;
    expect(queue.size).toBe(0);
    expect(counted()).toMatchObject({ eventsQueued: 251, eventsSent: 1, eventsDropped: 250 });
    expect(lines.at(-1)).toBe('warn: 250 events could not be sent within 5000 ms of closing and are lost.');
    expect(clock.timers).toEqual([]);
    await until(() => collector.underWay === 0);
  });

  it.each(['refused', 'silence'] as const)(
    'tries once where VWO was never reached, then drops what is queued and says why (%s)',
    async (what) => {
      const collector = await Collector.start(() => 'silence');
      const { queue, clock, wire, add, counted, lines } = queueTo(
        what === 'silence' ? collector.http.url : await nobody(),
      );
      add(1, 250);
      let closed = false;
      void queue.close(60_000).then(() => (closed = true));
      if (what === 'silence') {
        await until(() => collector.batches.length === 1);
        wire.move(10_000); // the deadline of one POST
      }
      await until(() => closed); // and `clock` has not moved
      expect(counted()).toMatchObject({ eventsSent: 0, eventsDropped: 250, eventBatchFailures: 1 });
      expect(lines.at(-1)).toBe('warn: 250 events could not be sent and are lost: VWO was never reached.');
      expect(clock.timers).toEqual([]);
    },
  );

  it('sends what comes while it drains, and counts what comes later', async () => {
    const collector = await Collector.start(({ ids }) => {
      if (ids.includes(1)) add(2, 3);
      return 200;
    });
    const { queue, clock, add, counted } = queueTo(collector.http.url);
    add(1, 1);
    await queue.close(5_000);
    expect(collector.accepted).toEqual([1, 2, 3]);
    expect(clock.timers).toEqual([]);
    add(4, 4);
    expect(counted()).toMatchObject({ eventsQueued: 4, eventsSent: 3, eventsDropped: 1 });
  });

  it('ends no later when the wall clock is set back, and drops nothing when it is set forward', async () => {
    for (const step of [-3_600_000, 3_600_000]) {
      const collector = await Collector.start((_batch, count) => (count === 2 ? 503 : 200));
      const { queue, clock, add, counted } = queueTo(collector.http.url);
      add(1, 1);
      await queue.flush();
      add(2, 2);
      const closed = queue.close(5_000);
      await until(() => collector.batches.length === 2 && clock.timers.length === 2);
      clock.setTo(clock.now() + step);
      clock.move(clock.timers[0] ?? 0);
      await closed;
      expect(counted()).toMatchObject({ eventsSent: 2, eventsDropped: 0 });
    }
  });

  it('is the same close when called twice', async () => {
    const collector = await Collector.start(() => 200);
    const { queue, add } = queueTo(collector.http.url);
    add(1, 1);
    await Promise.all([queue.close(5_000), queue.close(5_000)]);
    await queue.close(5_000);
    expect(collector.accepted).toEqual([1]);
  });
});

describe('every event', () => {
  it('is in the end sent or dropped and counted, whatever the collector does', async () => {
    const answers = [200, 503, 413, 'reset', 429, 200, 400, 413, 200, 500] as const;
    const collector = await Collector.start((_batch, count) => answers[count % answers.length] ?? 200);
    const { queue, add, counted } = queueTo(collector.http.url, { batchSize: 20, maxQueue: 300 });
    for (let i = 0; i < 30; i++) {
      add(i * 40 + 1, i * 40 + 40);
      await queue.flush();
    }
    while (queue.size > 0) await queue.flush();
    const { eventsQueued, eventsSent, eventsDropped } = counted();
    expect(eventsQueued).toBe(1_200);
    expect(eventsSent + eventsDropped).toBe(1_200);
    expect(collector.accepted).toHaveLength(eventsSent);
    expect(new Set(collector.accepted).size).toBe(eventsSent);
  });
});
