import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { VwoClient } from '../../lib/index.js';
import { closeStarted, FME, startedClient } from '../client/products.fixture.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { bodyOf, loopback, type Loopback, nobody } from '../transport/loopback.js';
import { closeCollectors, Collector, numbers, queueTo, settle } from './collector.js';

afterEach(closeCollectors);

/** Ways to fail, of a collector that may recover. */
const FAILURES = [
  503,
  429,
  'silence',
  'reset',
  'reset-within',
  { status: 429, retryAfter: '2' },
  { status: 503, retryAfter: '3600' },
] as const;

describe('while the collector is away', () => {
  it.each(FAILURES)('the number of POSTs is bounded, however many events come: %j', async (failure) => {
    const collector = await Collector.start(() => failure);
    const { queue, clock, wire, add, counted } = queueTo(collector.http.url, { batchSize: 10, maxQueue: 100 });
    for (let second = 0; second < 600; second++) {
      add(second * 20 + 1, second * 20 + 20);
      clock.move(1_000);
      wire.move(1_000);
      await settle();
      const { eventsQueued, eventsSent, eventsDropped } = counted();
      expect(eventsQueued).toBe(eventsSent + eventsDropped + queue.size);
      expect(queue.size).toBeLessThanOrEqual(100);
    }
    expect(collector.batches.length).toBeGreaterThan(1);
    expect(collector.batches.length).toBeLessThanOrEqual(7 + 600 / 15); // half of 1, 2, 4, 8, 16, 30, 30, … s
    expect(collector.mostUnderWay).toBe(1);
    await Promise.all([queue.close(0), Promise.resolve().then(() => clock.move(0))]);
  });

  it('a hundred flushes at one moment are one POST', async () => {
    const collector = await Collector.start(() => 503);
    const { queue, add } = queueTo(collector.http.url, { batchSize: 10 });
    add(1, 500);
    const flushes = await Promise.all(numbers(1, 100).map(() => queue.flush()));
    expect(flushes).not.toContain(true);
    expect(collector.batches).toHaveLength(1);
  });
});

describe('close ends within its deadline, and every event is accounted for', () => {
  it.each([...FAILURES, 413, 400, 401, 204, 'refused'] as const)('%j', async (failure) => {
    const collector = failure === 'refused' ? undefined : await Collector.start((_, n) => (n === 1 ? 200 : failure));
    const { queue, clock, wire, add, counted, diagnostics } = queueTo(collector?.http.url ?? (await nobody()), {
      batchSize: 10,
    });
    add(1, 10);
    await queue.flush();
    add(11, 200);
    let isClosed = false;
    void queue.close(5_000).then(() => (isClosed = true));
    for (let ms = 0; ms < 5_000 && !isClosed; ms += 50) {
      await settle();
      clock.move(50);
      wire.move(50);
    }
    await until(() => isClosed); // and no clock moves any more
    const { eventsQueued, eventsSent, eventsDropped } = counted();
    expect([queue.size, queue.bytes, eventsQueued]).toEqual([0, 0, eventsSent + eventsDropped]);
    expect(Object.values(diagnostics.dropped()).reduce((sum, many) => sum + many)).toBe(eventsDropped);
    expect(eventsDropped).toBeGreaterThanOrEqual(190);
    expect(clock.timers).toEqual([]);
  });
});

/** What VWO does with the next batch; `late`: takes it, and answers when nobody waits for it any more. */
type Turn = number | 'late' | 'reset' | 'reset-within' | 'reset-while-sending';

interface Taken {
  readonly msgId: string;
  readonly user: string;
  readonly number: number;
}

interface Body {
  readonly ev: readonly { d: { msgId: string; visId: string; event: { props: { number: number } } } }[];
}

/** VWO, which fails in turns. It refuses batches of more than eight events, and those with an event numbered 13. */
class FailingVwo {
  readonly taken: Taken[] = [];
  turns: Turn[] = [];
  private held: ServerResponse | undefined;
  private constructor(readonly http: Loopback) {}

  static async start(): Promise<FailingVwo> {
    const vwo: FailingVwo = new FailingVwo(await loopback((request, response) => void vwo.answer(request, response)));
    return vwo;
  }

  get isHolding(): boolean {
    return this.held !== undefined;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const turn = this.turns.shift() ?? 200;
    if (turn === 'reset-while-sending') return void request.once('data', () => request.socket.resetAndDestroy());
    const body = await bodyOf(request);
    const events = (JSON.parse(body) as Body).ev.map(({ d }) => {
      return { msgId: d.msgId, user: d.visId, number: d.event.props.number };
    });
    if (turn === 'reset') return void request.socket.resetAndDestroy();
    if (typeof turn === 'number' && turn !== 200) {
      return void response.writeHead(turn, turn === 429 ? { 'retry-after': '3' } : {}).end('{}');
    }
    if (events.length > 8) return void response.writeHead(413).end('{}');
    if (events.some(({ number }) => number === 13)) return void response.writeHead(400).end('{}');
    this.taken.push(...events);
    if (turn === 'late') this.held = response;
    else if (turn === 'reset-within') {
      response.writeHead(200, { 'content-length': 20 }).write('{"st', () => request.socket.resetAndDestroy());
    } else response.end('{}');
  }

  /** Answers what was held. */
  letGo(): void {
    this.held?.end('{}');
    this.held = undefined;
  }
}

describe('a client of a collector that fails in every way', () => {
  const open: FailingVwo[] = [];
  afterEach(async () => {
    await closeStarted();
    await Promise.all(open.splice(0).map(({ http }) => http.close()));
  });

  const TURNS: readonly (readonly Turn[])[] = [
    ['late'],
    [503],
    ['reset'],
    ['reset-within'],
    [200, 'late'],
    ['reset-while-sending'],
    [429],
    [200, 200, 503],
    [200, 'reset-within'],
    [408],
    [302],
    ['late', 'late'],
  ];

  it('sends every event at least once, a repeated one with the same msgId, those of one user in their order', async () => {
    const vwo = await FailingVwo.start();
    open.push(vwo);
    const clock = new MovedClock();
    const events = { batchSize: 12, flushInterval: 3_600_000 };
    const logger = { error: () => undefined, warn: () => undefined, log: () => undefined };
    const client = await startedClient(FME.make({ given: true, baseUrl: vwo.http.url, clock, events, logger }));
    await flushed(client, vwo, clock); // what the start says
    vwo.taken.length = 0;
    const before = client.counters();
    let number = 0;
    for (const turns of TURNS) {
      for (let i = 0; i < 9; i++) {
        clock.move(1); // VWO's msgId is the user and the millisecond
        client.track({ id: `user-${number % 4}` }, 'order', { number: number++ });
      }
      vwo.turns = [...turns];
      await flushed(client, vwo, clock);
      const { events: queue, counters } = client.stats();
      expect(counters.eventsQueued).toBe(counters.eventsSent + counters.eventsDropped + queue.waiting);
      clock.move(3_000); // as long as VWO asks to be left alone
    }
    vwo.turns = [];
    while (client.stats().events.waiting > 0) await flushed(client, vwo, clock);

    const all = numbers(0, number - 1).filter((each) => each !== 13);
    const first = vwo.taken.filter(({ number: each }, i) => vwo.taken.findIndex((t) => t.number === each) === i);
    expect(first.map((each) => each.number).sort((a, b) => a - b)).toEqual(all);
    expect(vwo.taken.length).toBeGreaterThan(all.length); // some came twice
    for (const each of vwo.taken) expect(each.msgId).toBe(first.find((t) => t.number === each.number)?.msgId);
    expect(new Set(first.map(({ msgId }) => msgId)).size).toBe(all.length);
    for (const user of new Set(first.map((each) => each.user))) {
      const ofUser = first.filter((each) => each.user === user).map((each) => each.number);
      expect(ofUser).toEqual([...ofUser].sort((a, b) => a - b));
    }
    const { events: queue, counters } = client.stats();
    expect(counters.eventsSent - before.eventsSent).toBe(all.length);
    expect(queue.dropped).toMatchObject({ malformed: 1 });
    expect(counters.eventsDropped - before.eventsDropped).toBe(1);
  });

  /** A flush to its end; where VWO holds its answer back, the deadline of the POST passes first. */
  async function flushed(client: VwoClient, vwo: FailingVwo, clock: MovedClock): Promise<void> {
    let isDone = false;
    const done = client.flush().then(() => (isDone = true));
    while (!isDone) {
      await until(() => isDone || vwo.isHolding);
      if (!vwo.isHolding) continue;
      clock.move(10_000);
      await settle();
      vwo.letGo();
    }
    await done;
  }
});
