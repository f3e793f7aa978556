import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MemoryStorage, type StoredChange, type StoredDecision, type StoredDecisions } from '../../lib/index.js';
import { NOTHING_KNOWN } from '../../lib/client/records/found-records.js';
import { Ledger } from '../../lib/client/visit/ledger.js';
import { WaitingVisits } from '../../lib/client/visit/waiting-visits.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { turns, until } from '../common/waiting.js';
import { clientOf, shopSettings } from './client.fixture.js';

let edge: VwoEdge;
beforeEach(async () => void (edge = await VwoEdge.start({ settings: shopSettings() })));
afterEach(() => edge.close());

/** Saves when it is told to; notes what was saved, and whether it was open still. */
class Slow extends MemoryStorage {
  readonly saved: string[] = [];
  readonly waiting: (() => void)[] = [];
  private state = 'open';

  override async save(_userId: string, changes: readonly StoredChange[]): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.saved.push(`${changes.map(({ key }) => key).join()} while ${this.state}`);
  }

  override close(): Promise<void> {
    this.state = 'closed';
    return super.close();
  }
}

/** Cannot be read where one key is asked for. */
class Failing extends MemoryStorage {
  readonly saved: string[] = [];

  constructor(private readonly unreadable: string) {
    super();
  }

  override load(userId: string, keys: readonly string[]): StoredDecisions | Promise<StoredDecisions> {
    if (keys.includes(this.unreadable)) throw new Error('the database is away');
    return super.load(userId, keys, 'keys');
  }

  override save(...args: Parameters<MemoryStorage['save']>): void | Promise<void> {
    this.saved.push(...args[1].map(({ key }) => key));
    return super.save(...args);
  }
}

test('closing waits for every save of a visit, also for one that waits for the save before it', async () => {
  const storage = new Slow();
  const client = await clientOf(edge, { storage });
  const visit = await client.visit({ id: 'ann', customVariables: { plan: 'gold' } });
  for (const key of ['checkout', 'banner', 'gold']) {
    visit.flag(key);
    void visit.end();
    await turn(); // what is read after the end is handed over a moment later
  }
  const closed = client.close();
  for (let saves = 1; saves <= 3; saves++) {
    await until(() => storage.waiting.length === saves);
    storage.waiting.at(-1)?.();
  }
  await closed;
  expect(storage.saved).toEqual(['checkout while open', 'banner while open', 'gold while open']);
});

test('the end of a visit waits for a save of it that is under way, and for nothing where there is none', async () => {
  const storage = new Slow();
  const client = await clientOf(edge, { storage });
  const visit = await client.visit({ id: 'ann' });
  await expect(visit.end()).resolves.toBeUndefined();
  visit.flag('checkout');
  await until(() => storage.waiting.length === 1);
  let hasEnded = false;
  const ending = visit.end().then(() => (hasEnded = true));
  await turns();
  expect(hasEnded).toBe(false);
  storage.waiting[0]?.();
  await ending;
  expect(storage.saved).toEqual(['checkout while open']);
  await client.close();
});

describe('a visit of which one read fails, where only declared flags are loaded', () => {
  /** What is stored after these flags were read, of a visit that has declared the first one at its opening and the others later. */
  async function saved(unreadable: string, declared: readonly string[], read: readonly string[]): Promise<string[]> {
    const storage = new Failing(unreadable);
    const client = await clientOf(edge, { storage, preload: 'declared' });
    const [first, ...later] = declared;
    const visit = await client.visit({ id: 'ann', customVariables: { plan: 'gold' } }, first ? [first] : []);
    for (const key of later) await visit.declare?.([key]);
    for (const key of read) expect(visit.flag(key).source).toBe('rules');
    await visit.end();
    await client.close();
    return storage.saved;
  }

  test('stores what it decided from records that were read before', async () => {
    expect(await saved('banner', ['checkout', 'banner'], ['checkout'])).toEqual(['checkout']);
  });

  test('stores what it decides from records that are read afterwards', async () => {
    expect(await saved('checkout', ['checkout', 'banner'], ['banner'])).toEqual(['banner']);
    expect(await saved('banner', ['checkout', 'banner', 'gold'], ['gold'])).toEqual(['gold']);
  });

  test('stores what was decided without its record all the same: where there is none', async () => {
    expect(await saved('checkout', ['checkout', 'banner'], ['checkout', 'banner'])).toEqual(['checkout', 'banner']);
  });

  test('knows the records that it has read once, also where they are asked for again', () => {
    const ledger = new Ledger<never>(new Map(), ['group', 'a']);
    ledger.addLoaded(NOTHING_KNOWN, ['group', 'b']);
    expect(['group', 'a', 'b'].map((key) => ledger.wasRead(key))).toEqual([true, true, false]);
    ledger.addLoaded(new Map(), ['b']);
    expect(ledger.wasRead('b')).toBe(true);
  });
});

describe('the records of one visit', () => {
  const [a, b] = [
    { userId: 'ann', featureKey: 'a' },
    { userId: 'ann', featureKey: 'b' },
  ];

  test('are all saved, each in its newest form', () => {
    const ledger = new Ledger<never>(new Map());
    ledger.addRecord({ key: 'a', record: a });
    ledger.addRecord({ key: 'b', record: b });
    ledger.addRecord({ key: 'a', record: { ...a, again: true } });
    expect(ledger.takeChanges()).toEqual([
      { key: 'a', record: { ...a, again: true }, replaces: undefined },
      { key: 'b', record: b, replaces: undefined },
    ]);
    expect([ledger.get('a'), ledger.get('b')]).toEqual([{ ...a, again: true }, b]);
  });

  test('count as read from the first time that they were, and as not read until then', () => {
    const ledger = new Ledger<never>(NOTHING_KNOWN, ['a']);
    ledger.addLoaded(NOTHING_KNOWN, ['b']);
    expect(['a', 'b', 'c'].map((key) => ledger.wasRead(key))).toEqual([false, false, true]);
    ledger.addLoaded(new Map(), ['b']);
    ledger.addLoaded(NOTHING_KNOWN, ['b', 'c']);
    expect(['a', 'b', 'c'].map((key) => ledger.wasRead(key))).toEqual([false, true, false]);
  });

  test('are those that were loaded first, and for other keys those that were loaded later', () => {
    const ledger = new Ledger<never>(new Map([['a', a]]), ['a']);
    ledger.addLoaded(
      new Map<string, StoredDecision>([
        ['a', { ...a, of: 'another visit' }],
        ['b', b],
      ]),
      ['a', 'b'],
    );
    expect([ledger.get('a'), ledger.get('b'), ledger.get('c')]).toEqual([a, b, undefined]);
  });
});

describe('a record replaces only the one that it was decided from', () => {
  const mine = { userId: 'ann', featureKey: 'group', by: 'this visit' };
  const other = { userId: 'ann', featureKey: 'group', by: 'another visit' };

  test('and not one that another visit has stored since, which was loaded for further flags', () => {
    const ledger = new Ledger<never>(new Map());
    ledger.addRecord({ key: 'group', record: mine });
    ledger.addLoaded(new Map([['group', other]]), ['group']);
    expect(ledger.takeChanges()).toEqual([{ key: 'group', record: mine, replaces: undefined }]);
  });

  test('nor one of its own that was decided anew before it was handed over', () => {
    const ledger = new Ledger<never>(new Map([['group', other]]));
    ledger.addRecord({ key: 'group', record: mine });
    ledger.addRecord({ key: 'group', record: { ...mine, goal: 1 } });
    expect(ledger.takeChanges()).toEqual([{ key: 'group', record: { ...mine, goal: 1 }, replaces: other }]);
    ledger.addRecord({ key: 'group', record: mine });
    expect(ledger.takeChanges()).toEqual([{ key: 'group', record: mine, replaces: { ...mine, goal: 1 } }]);
  });
});

test('an open visit is kept for its hand-over while records wait in it, and not for the events that it has tracked', async () => {
  const client = await clientOf(edge);
  const [tracks, reads] = [await client.visit({ id: 'ann' }), await client.visit({ id: 'bob' })];
  reads.flag('checkout');
  for (const visit of [tracks, reads]) visit.track('orderPlaced');
  expect([tracks, reads]).toMatchObject([{ waitingPlace: -1 }, { waitingPlace: 0 }]);
  await client.close();
  expect(reads).toMatchObject({ waitingPlace: -1 });
});

test('a visit that has ended is not kept in memory for the events that it has tracked', async () => {
  const kept = new Set<unknown>();
  const added = jest.spyOn(WaitingVisits.prototype, 'add');
  const removed = jest.spyOn(WaitingVisits.prototype, 'remove');
  const client = await clientOf(edge);
  const visit = await client.visit({ id: 'ann' });
  visit.track('orderPlaced');
  visit.flag('checkout');
  visit.track('orderPlaced');
  await visit.end();
  client.track({ id: 'bob' }, 'orderPlaced');
  const calls = [
    ...added.mock.calls.map(([each], i) => ({ each, at: added.mock.invocationCallOrder[i] ?? 0, isKept: true })),
    ...removed.mock.calls.map(([each], i) => ({ each, at: removed.mock.invocationCallOrder[i] ?? 0, isKept: false })),
  ].sort((a, b) => a.at - b.at);
  for (const { each, isKept } of calls) {
    if (isKept) kept.add(each);
    else kept.delete(each);
  }
  expect(added).toHaveBeenCalled();
  expect(kept.size).toBe(0);
  jest.restoreAllMocks();
  await client.close();
});
