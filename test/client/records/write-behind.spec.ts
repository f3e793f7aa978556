import { beforeEach, describe, expect, test } from '@jest/globals';
import type { WriteBehind } from '../../../lib/client/records/write-behind.js';
import { Diagnostics } from '../../../lib/common/index.js';
import { MemoryStorage } from '../../../lib/storage/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { turns } from '../../common/waiting.js';
import { listening, type Said } from '../client.fixture.js';
import { changeOf, recordsOf } from './records.fixture.js';

/** Saves as it is told to. */
class Told extends MemoryStorage {
  readonly saves: string[] = [];
  answer: () => void | Promise<void> = () => undefined;

  override save(userId: string): void | Promise<void> {
    this.saves.push(userId);
    return this.answer();
  }
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('saves', () => {
  let clock: MovedClock;
  let logger: Said;
  let storage: Told;
  let diagnostics: Diagnostics;
  let writes: WriteBehind;
  beforeEach(() => {
    clock = new MovedClock();
    logger = listening();
    storage = new Told();
    diagnostics = new Diagnostics(logger, clock);
    writes = recordsOf(storage, diagnostics, clock).writes;
  });

  const save = (userId: string): Promise<void> => writes.save(userId, [changeOf('a', userId)]);
  const failures = (): number => diagnostics.counters.storageWriteFailures;
  const kept = () => {
    const { storageRecordsKept, storageRecordsDropped } = diagnostics.counters;
    return { storageRecordsKept, storageRecordsDropped };
  };

  test('that hang are 10,000 at most, and a few of those that are kept', async () => {
    storage.answer = never;
    for (let i = 0; i < 10_000; i++) void save(`user-${i}`);
    expect([storage.saves.length, kept().storageRecordsKept]).toEqual([10_000, 0]);
    for (let i = 0; i < 100; i++) void save(`more-${i}`);
    expect([storage.saves.length, kept().storageRecordsKept]).toEqual([10_016, 100]);
    expect([failures(), logger.lines]).toEqual([0, []]);
  });

  test('that are done count no longer, however many there were', async () => {
    storage.answer = () => Promise.resolve();
    for (let i = 0; i < 10_001; i++) await writes.saveAfter(Promise.resolve(), 'ann', [changeOf('a')]);
    await save('ann');
    expect([storage.saves.length, failures(), kept().storageRecordsKept]).toEqual([10_002, 0, 0]);
  });

  test.each<[string, () => void | Promise<void>]>([
    ['at once', () => undefined],
    ['later', () => Promise.resolve()],
  ])('that work again, %s, are told', async (_when, works) => {
    storage.answer = () => Promise.reject(new Error('away'));
    await save('ann');
    storage.answer = works;
    await save('bob');
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn: Decisions could not be stored: away\./),
      'log: The storage works again.',
    ]);
    expect(failures()).toBe(1);
  });

  test('that are done at once cost no timer, and the others leave one for a moment at most', async () => {
    await save('ann');
    expect(clock.timers).toEqual([]);
    storage.answer = () => Promise.resolve();
    await save('ann');
    clock.move(50);
    expect(clock.timers).toEqual([]);
  });

  test('are waited for at the end until they are done, and nothing is lost', async () => {
    let done = (): void => undefined;
    storage.answer = () => new Promise((resolve) => (done = resolve));
    void save('ann');
    const draining = writes.drain(1_000);
    done();
    await draining;
    expect([failures(), kept(), logger.lines]).toEqual([0, { storageRecordsKept: 0, storageRecordsDropped: 0 }, []]);
  });

  test('that are not done when time is up are lost, counted and said', async () => {
    storage.answer = never;
    void save('ann');
    void writes.save('bob', [changeOf('a', 'bob'), changeOf('b', 'bob')]);
    const draining = writes.drain(1_000);
    clock.move(1_000);
    await draining;
    expect(kept()).toEqual({ storageRecordsKept: 3, storageRecordsDropped: 3 });
    expect(logger.lines).toEqual(['error: 3 decisions of 2 users were not stored when the client closed.']);
    clock.move(5_000); // they are late
    await turns();
    expect(failures()).toBe(4); // each was tried again at the end
    expect(kept()).toEqual({ storageRecordsKept: 3, storageRecordsDropped: 3 });
    expect(logger.lines.filter((line) => line.includes('when the client closed'))).toHaveLength(1);
  });

  test('that wait for an earlier save are waited for as well, until the last one is done', async () => {
    let earlier = (): void => undefined;
    const before = new Promise<void>((resolve) => (earlier = resolve));
    void writes.saveAfter(before, 'ann', [changeOf('a')]);
    let isIdle = false;
    void writes.drain(1_000).then(() => (isIdle = true));
    await turns();
    expect([storage.saves.length, isIdle]).toEqual([0, false]);
    earlier();
    await turns(); // and the clock has not moved
    expect([storage.saves.length, isIdle]).toEqual([1, true]);
    expect(failures()).toBe(0);
  });

  test('that get no answer within 5 seconds are given up, and what they held is kept', async () => {
    storage.answer = never;
    const saving = save('ann');
    clock.move(4_999);
    expect(failures()).toBe(0);
    clock.move(1);
    await saving;
    expect(logger.lines).toEqual([expect.stringContaining('could not be stored: no answer within 5000 ms.')]);
    expect(kept()).toEqual({ storageRecordsKept: 1, storageRecordsDropped: 0 });
  });
});
