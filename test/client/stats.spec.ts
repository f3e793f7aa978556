import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStorage, type VwoClient } from '../../lib/index.js';
import { accountSettings, type VwoEdge } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { abSettings, edgeOf, FME, KINDS } from './three-clients.js';

const BROKEN = { kind: 'status', status: 503 } as const;
const START = 1_800_000_000_000;

let edge: VwoEdge;
let client: VwoClient;
let clock: MovedClock;
beforeEach(async () => {
  edge = await edgeOf();
  clock = new MovedClock(START);
});
afterEach(async () => {
  edge.heal();
  await client.close();
  await edge.close();
});

/** A storage that fails while it is told to. */
class FailingStorage extends MemoryStorage {
  fails = false;

  override load(...asked: Parameters<MemoryStorage['load']>): ReturnType<MemoryStorage['load']> {
    if (this.fails) throw new Error('the database is away');
    return super.load(...asked);
  }
}

async function visited(id = 'ann'): Promise<void> {
  const visit = await client.visit({ id }, ['ab']);
  visit.flag('ab');
  await visit.end();
}

describe.each(KINDS)('the stats of $name', (kind) => {
  it('say whether there are settings, which, since when, and when they were fetched', async () => {
    client = kind.build(edge, { clock });
    clock.move(10);
    expect(client.stats().settings).toEqual({
      available: false,
      since: START,
      version: undefined,
      fetchedAt: undefined,
      age: undefined,
      source: { available: true, since: START },
    });
    await client.start();
    clock.move(5);
    expect(client.stats().settings).toMatchObject({
      available: true,
      since: START + 10,
      version: 1,
      fetchedAt: START + 10,
      age: 5,
    });
    await client.close();
    expect(client.stats().settings).toMatchObject({ available: false, since: START + 15 });
  });

  it('say since when settings cannot be fetched, and how old those in use are', async () => {
    client = kind.build(edge, { clock });
    await client.start();
    clock.move(100);
    await client.refresh();
    edge.fail('settings', BROKEN);
    clock.move(100);
    await client.refresh().catch(() => undefined);
    clock.setTo(0); // an age is no difference of wall clocks
    expect(client.stats().settings).toMatchObject({
      available: true,
      fetchedAt: START + 100,
      age: 100,
      source: { available: false, since: START + 200 },
    });
    edge.heal();
    await client.refresh();
    expect(client.stats().settings).toMatchObject({ age: 0, source: { available: true, since: 0 } });
  });

  it('say since when the storage fails, and since when it works again', async () => {
    const storage = new FailingStorage();
    client = kind.build(edge, { clock, storage });
    await client.start();
    expect(client.stats().storage).toMatchObject({ available: true, since: START });
    storage.fails = true;
    clock.move(7);
    await visited();
    clock.move(7);
    await visited();
    expect(client.stats().storage).toMatchObject({ available: false, since: START + 7 });
    storage.fails = false;
    await visited();
    expect(client.stats().storage).toMatchObject({ available: true, since: START + 14 });
  });

  it('say that the storage is left alone, and how much is kept for it meanwhile', async () => {
    const storage = new FailingStorage();
    client = kind.build(edge, { clock, storage });
    await client.start();
    expect(client.stats().storage).toMatchObject({ readBreaker: 'closed', writeBreaker: 'closed', kept: 0 });
    storage.fails = true;
    for (const id of ['ann', 'bob', 'cem', 'dan']) await visited(id);
    const { storage: now, counters } = client.stats();
    expect(now).toMatchObject({ available: false, readBreaker: 'open', writeBreaker: 'closed', kept: 4 });
    expect(counters).toMatchObject({ storageReads: 3, storageReadsSkipped: 1 });
    storage.fails = false;
    await until(() => (clock.move(100), client.stats().storage.kept === 0));
    expect(client.stats().storage).toMatchObject({ available: true, readBreaker: 'closed', kept: 0 });
  });

  it('say how many events wait, since when VWO takes none, and how many are tried again', async () => {
    client = kind.build(edge, { clock });
    edge.fail('events', BROKEN);
    await client.start();
    clock.move(3);
    await visited();
    await client.flush();
    const { events, counters } = client.stats();
    expect(events).toMatchObject({ available: false, since: START + 3, capacity: 10_000, capacityBytes: 2 ** 25 });
    expect(events.waiting).toBe(counters.eventsQueued);
    expect(events.waitingBytes).toBeGreaterThan(events.waiting * 100);
    expect(counters.eventsRetried).toBe(counters.eventsQueued);
    edge.heal();
    clock.move(3);
    expect(await client.flush()).toBe(true);
    expect(client.stats().events).toMatchObject({ available: true, since: START + 6, waiting: 0, waitingBytes: 0 });
  });

  it('hold what the counters say, and nobody can change them', async () => {
    client = kind.build(edge);
    await client.start();
    await visited();
    const stats = client.stats();
    expect(stats.counters).toEqual(client.counters());
    const parts = [stats, stats.counters, stats.settings, stats.settings.source, stats.storage, stats.events];
    for (const part of [...parts, stats.events.dropped, stats.visits]) expect(Object.isFrozen(part)).toBe(true);
    await visited('bob');
    expect(client.stats().counters.visits).toBe(stats.counters.visits + 1);
  });
});

describe('events that are given up are counted by reason', () => {
  const ordered = async (options: Parameters<typeof FME.build>[1] = {}): Promise<void> => {
    client = FME.build(edge, { clock, ...options });
    edge.setSettings({ ...abSettings(), sdkMetaInfo: { wasInitializedEarlier: true } }); // no event of the start
    await client.start();
  };
  const track = (many: number, properties?: Record<string, unknown>): void => {
    for (let i = 0; i < many; i++) client.track({ id: `user ${i}` }, 'order', properties);
  };
  /** Those that are not 0. */
  const dropped = () =>
    Object.fromEntries(Object.entries(client.stats().events.dropped).filter(([, count]) => count > 0));

  it('full: more waited than the queue takes', async () => {
    await ordered({ events: { maxQueue: 3 } });
    track(5);
    expect(dropped()).toEqual({ full: 2 });
  });

  it('full-bytes: more memory than the queue may take, by all that wait or by one', async () => {
    await ordered({ events: { maxQueueBytes: 100_000 } });
    track(5, { note: 'x'.repeat(15_000) });
    expect(dropped()).toEqual({ 'full-bytes': 2 });
    expect(client.stats().events).toMatchObject({ waiting: 3, capacityBytes: 100_000 });
    track(1, { note: 'x'.repeat(50_000) });
    expect(dropped()).toEqual({ 'full-bytes': 3 });
    expect(client.stats().events.waiting).toBe(3);
  });

  it('refused: VWO takes nothing of this account, and the collector counts as away until it does', async () => {
    await ordered();
    edge.fail('events', { kind: 'status', status: 403 });
    track(2);
    await client.flush();
    expect(dropped()).toEqual({ refused: 2 });
    expect(client.stats().events).toMatchObject({ available: false, since: START });
    edge.heal();
    clock.move(1);
    track(1);
    await client.flush();
    expect(client.stats().events).toMatchObject({ available: true, since: START + 1 });
  });

  it('malformed and too-large: VWO refuses one event', async () => {
    await ordered();
    for (const status of [400, 413]) {
      edge.fail('events', { kind: 'status', status }, { times: 1 });
      track(1);
      await client.flush();
    }
    expect(dropped()).toEqual({ malformed: 1, 'too-large': 1 });
  });

  it('closing and late: the client was closed before, or had been closed', async () => {
    await ordered({ closeTimeout: 1 });
    edge.fail('events', { kind: 'reset' });
    const visit = await client.visit({ id: 'ann' });
    track(2);
    const closed = client.close();
    await until(() => (clock.move(1), client.stats().events.waiting === 0));
    await closed;
    expect(dropped()).toEqual({ closing: 2 });
    visit.track('order');
    expect(dropped()).toEqual({ closing: 2, late: 1 });
  });

  it('and their sum is the counter', async () => {
    await ordered({ events: { maxQueue: 1 } });
    edge.fail('events', { kind: 'status', status: 400 }, { times: 1 });
    track(3);
    await client.flush();
    const { counters, events } = client.stats();
    expect(dropped()).toEqual({ full: 2, malformed: 1 });
    expect(Object.values(events.dropped).reduce((sum, count) => sum + count)).toBe(counters.eventsDropped);
  });
});

describe('further stats', () => {
  it('count the reads that took too long apart from other failures', async () => {
    class Hanging extends MemoryStorage {
      override load(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    client = FME.build(edge, { clock, storage: new Hanging(), storageTimeout: 20 });
    await client.start();
    const visit = client.visit({ id: 'ann' });
    let opened = false;
    void visit.then(() => (opened = true));
    await until(() => (clock.move(20), opened));
    expect(client.stats().counters).toMatchObject({ storageReads: 1, storageReadFailures: 1, storageReadTimeouts: 1 });
  });

  it('say in how many open visits something waits', async () => {
    client = FME.build(edge, { clock });
    await client.start();
    const [ann, bob] = [await client.visit({ id: 'ann' }), await client.visit({ id: 'bob' })];
    ann.flag('ab');
    expect(client.stats().visits).toEqual({ waiting: 1 });
    await Promise.all([ann.end(), bob.end()]);
    expect(client.stats().visits).toEqual({ waiting: 0 });
  });

  it('have no age where settings are given, and no queue where nothing is sent', async () => {
    client = FME.build(edge, { given: accountSettings({ version: 42 }), events: false, clock });
    await client.start();
    expect(client.stats()).toMatchObject({
      settings: { available: true, version: 42, fetchedAt: START, age: undefined },
      events: { available: true, waiting: 0, capacity: 0, waitingBytes: 0, capacityBytes: 0 },
    });
  });
});
