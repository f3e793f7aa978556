import { beforeEach, describe, expect, test } from '@jest/globals';
import { WriteBehind } from '../../../lib/client/records/write-behind.js';
import { Diagnostics } from '../../../lib/common/index.js';
import { MemoryStorage } from '../../../lib/storage/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { turns } from '../../common/waiting.js';
import { listening, type Said } from '../client.fixture.js';

/** Saves as it is told to. */
class Told extends MemoryStorage {
  saves = 0;
  answer: () => void | Promise<void> = () => undefined;

  override save(): void | Promise<void> {
    this.saves += 1;
    return this.answer();
  }
}

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
    writes = new WriteBehind(storage, diagnostics, clock);
  });

  const failures = (): number => diagnostics.counters.storageWriteFailures;

  test('that hang are 10,000 at most; further ones are refused, counted and said', async () => {
    storage.answer = () => new Promise(() => undefined);
    for (let i = 0; i < 10_000; i++) void writes.save(`user-${i}`, []);
    expect([storage.saves, failures()]).toEqual([10_000, 0]);
    await expect(writes.save('one-more', [])).resolves.toBeUndefined();
    expect([storage.saves, failures()]).toEqual([10_000, 1]);
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn: .*: 10000 writes are under way already; a user's new decisions were not stored\./),
    ]);
  });

  test('that are done count no longer, however many there were', async () => {
    storage.answer = () => Promise.resolve();
    for (let i = 0; i < 10_001; i++) await writes.saveAfter(Promise.resolve(), 'ann', []);
    await writes.save('ann', []);
    expect([storage.saves, failures()]).toEqual([10_002, 0]);
  });

  test.each<[string, () => void | Promise<void>]>([
    ['at once', () => undefined],
    ['later', () => Promise.resolve()],
  ])('that work again, %s, are told', async (_when, works) => {
    storage.answer = () => Promise.reject(new Error('away'));
    await writes.save('ann', []);
    storage.answer = works;
    await writes.save('ann', []);
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn: Decisions could not be stored: away\./),
      expect.stringMatching(/^log: The storage takes decisions again\./),
    ]);
    expect(failures()).toBe(1);
  });

  test('that are done at once cost no timer, and the others leave one for a moment at most', async () => {
    await writes.save('ann', []);
    void writes.save('ann', []);
    expect(clock.timers).toEqual([]);
    storage.answer = () => Promise.resolve();
    await writes.save('ann', []);
    clock.move(50);
    expect(clock.timers).toEqual([]);
  });

  test('are waited for at the end until they are done or time is up, and only then something is lost', async () => {
    let done = (): void => undefined;
    storage.answer = () => new Promise((resolve) => (done = resolve));
    void writes.save('ann', []);
    const inTime = writes.drain(1_000);
    done();
    await inTime;
    expect(failures()).toBe(0);
    void writes.save('ann', []);
    const late = writes.drain(1_000);
    clock.move(1_000);
    await late;
    expect(failures()).toBe(1);
    expect(logger.lines).toEqual([expect.stringContaining('1 writes were not done when the client closed')]);
  });

  test('that wait for an earlier save are waited for as well, until the last one is done', async () => {
    let earlier = (): void => undefined;
    const before = new Promise<void>((resolve) => (earlier = resolve));
    void writes.saveAfter(before, 'ann', []);
    let isIdle = false;
    void writes.drain(1_000).then(() => (isIdle = true));
    await turns();
    expect([storage.saves, isIdle]).toEqual([0, false]);
    earlier();
    await turns(); // and the clock has not moved
    expect([storage.saves, isIdle]).toEqual([1, true]);
    expect(failures()).toBe(0);
  });

  test('that get no answer within 5 seconds are given up', async () => {
    storage.answer = () => new Promise(() => undefined);
    const saving = writes.save('ann', []);
    clock.move(4_999);
    expect(failures()).toBe(0);
    clock.move(1);
    await saving;
    expect(logger.lines).toEqual([expect.stringContaining('could not be stored: no answer within 5000 ms.')]);
  });
});
