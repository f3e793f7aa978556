import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MemoryStorage, type StoredChange, type StoredDecisions } from '../../lib/index.js';
import { Ledger } from '../../lib/client/ledger.js';
import { WaitingVisits } from '../../lib/client/waiting-visits.js';
import { VwoEdge } from '../../lib/entries/testing.js';
import { MovedClock, until } from '../common/moved-clock.js';
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

/** Answers the first read, and never again. */
class AnswersOnce extends MemoryStorage {
  readonly saved: string[] = [];
  private reads = 0;

  override load(userId: string, keys: readonly string[]): StoredDecisions | Promise<StoredDecisions> {
    this.reads += 1;
    return this.reads === 1 ? super.load(userId, keys, 'keys') : new Promise<never>(() => undefined);
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

test('what was decided from records that were read is stored, also where further flags are declared and their read fails', async () => {
  const clock = new MovedClock();
  const storage = new AnswersOnce();
  const client = await clientOf(edge, { storage, clock, preload: 'declared' });
  const visit = await client.visit({ id: 'ann' }, ['checkout']);
  visit.flag('checkout');
  const declared = visit.declare?.(['banner']);
  await until(() => clock.timers.length > 0);
  clock.move(1_000);
  await declared;
  visit.flag('banner');
  await visit.end();
  expect(storage.saved).toEqual(['checkout']);
  await client.close();
});

describe('a record replaces only the one that it was decided from', () => {
  const mine = { userId: 'ann', featureKey: 'group', by: 'this visit' };
  const other = { userId: 'ann', featureKey: 'group', by: 'another visit' };

  test('and not one that another visit has stored since, which was loaded for further flags', () => {
    const ledger = new Ledger<never>(new Map());
    ledger.addRecord({ key: 'group', record: mine });
    ledger.addLoaded(new Map([['group', other]]));
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
