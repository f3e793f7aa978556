import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryStorage, type StoredDecision, type StoredDecisions } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { listening } from './client.fixture.js';
import { closeStarted, FULL_STACK, orderEdge, startedOn } from './products.fixture.js';

type Load = Parameters<MemoryStorage['load']>;

/** Answers at once or a moment later, and notes what it is asked. */
class Asked extends MemoryStorage {
  readonly reaches: unknown[] = [];
  stolen: StoredDecision | undefined;

  constructor(private readonly isLate: boolean) {
    super();
  }

  override load(...[userId, keys, reach]: Load): StoredDecisions | Promise<StoredDecisions> {
    this.reaches.push(reach);
    const found = this.stolen ? new Map([['ab', this.stolen]]) : super.load(userId, keys, reach);
    return this.isLate ? turn().then(() => found) : found;
  }
}

let edge: VwoEdge;
beforeEach(async () => void (edge = await orderEdge()));
afterEach(async () => {
  await closeStarted();
  await edge.close();
});

describe.each([
  ['at once', false],
  ['a moment later', true],
])('an event outside a visit, whose record the storage gives %s', (_when, isLate) => {
  test('is noted in the record of its user without waiting, so that it counts once', async () => {
    const clock = new MovedClock(); // it stands still: nothing is looked through
    const storage = new Asked(isLate);
    const client = await startedOn(edge, FULL_STACK, { clock, storage, events: {} });
    const visit = await client.visit({ id: 'ann' });
    visit.flag('ab');
    await visit.end();
    const { storageWrites } = client.counters();
    expect(client.track({ id: 'ann' }, 'order')).toBe(true);
    await until(() => client.counters().storageWrites > storageWrites);
    expect(storage.reaches.slice(0, 2)).toEqual(['user', 'keys']); // the visit's, and the event's
    client.track({ id: 'ann' }, 'order');
    await client.flush();
    expect(edge.eventsOf('ann').filter(({ name }) => name === FULL_STACK.conversion)).toHaveLength(1);
  });

  test("is not counted by another user's record: it is refused, counted and said", async () => {
    const logger = listening();
    const storage = new Asked(isLate);
    const client = await startedOn(edge, FULL_STACK, { storage, logger });
    storage.stolen = { userId: 'bob', campaignKey: 'ab', variationName: 'Control' };
    client.track({ id: 'ann' }, 'order');
    await until(() => client.counters().storageRecordsRefused > 0);
    expect(client.counters().storageRecordsRefused).toBe(1);
    expect(logger.lines).toContainEqual(expect.stringMatching(/^warn: A stored record for an event was ignored/));
  });
});
