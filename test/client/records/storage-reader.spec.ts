import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { NOTHING_KNOWN } from '../../../lib/client/records/found-records.js';
import type { StorageReader } from '../../../lib/client/records/storage-reader.js';
import { Diagnostics } from '../../../lib/common/index.js';
import type { StoredDecisions } from '../../../lib/model/index.js';
import { MemoryStorage } from '../../../lib/storage/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { listening, type Said } from '../client.fixture.js';
import { recordsOf } from './records.fixture.js';

describe('a read of stored decisions', () => {
  let clock: MovedClock;
  let logger: Said;
  let diagnostics: Diagnostics;
  beforeEach(() => {
    clock = new MovedClock();
    logger = listening();
    diagnostics = new Diagnostics(logger, clock);
  });

  const readerOf = (load: () => StoredDecisions | Promise<StoredDecisions>): StorageReader => {
    const storage = new (class extends MemoryStorage {
      override load = load;
    })();
    return recordsOf(storage, diagnostics, clock).reader;
  };
  const counted = () => {
    const { storageReads, storageReadFailures } = diagnostics.counters;
    return { storageReads, storageReadFailures };
  };

  test('is not made where nothing is asked for: there is nothing, and that is known', () => {
    const reader = readerOf(() => Promise.reject(new Error('asked')));
    expect(reader.read('ann', [], 'user')).toEqual(new Map());
    expect(counted()).toEqual({ storageReads: 0, storageReadFailures: 0 });
  });

  test('that is answered at once costs neither a promise nor a timer', () => {
    const found = new Map();
    expect(readerOf(() => found).read('ann', ['a'], 'user')).toBe(found);
    expect(clock.timers).toEqual([]);
  });

  test('that is under way when the client closes goes on, and leaves no timer behind', async () => {
    let answer = (_found: StoredDecisions): void => undefined;
    const reader = readerOf(() => new Promise((resolve) => (answer = resolve)));
    const read = reader.read('ann', ['a'], 'user');
    reader.close();
    expect(clock.timers).toEqual([50]);
    answer(new Map());
    expect(await read).toEqual(new Map());
    expect(clock.timers).toEqual([]);
  });

  test('is over when it is answered, and leaves a timer for a moment at most', async () => {
    const found = new Map();
    expect(await readerOf(() => Promise.resolve(found)).read('ann', ['a'], 'user')).toBe(found);
    clock.move(50);
    expect(clock.timers).toEqual([]);
    expect(counted()).toEqual({ storageReads: 1, storageReadFailures: 0 });
  });

  test('is over when it is refused, without waiting for the time to pass, and it is said why', async () => {
    const refused = readerOf(() => Promise.reject(new Error('disk on fire'))).read('ann', ['a'], 'user');
    expect(await refused).toBe(NOTHING_KNOWN);
    clock.move(50);
    expect(clock.timers).toEqual([]);
    expect(logger.lines).toEqual([expect.stringContaining('could not be read: disk on fire.')]);
  });

  test.each<[string, (late: { resolve: (found: StoredDecisions) => void; reject: (error: Error) => void }) => void]>([
    ['answer', ({ resolve }) => resolve(new Map())],
    ['refusal', ({ reject }) => reject(new Error('too late'))],
  ])('is over after `storageTimeout`: a later %s counts for nothing', async (_what, come) => {
    const late: Parameters<typeof come>[0][] = [];
    const reader = readerOf(() => new Promise((resolve, reject) => late.push({ resolve, reject })));
    const read = reader.read('ann', ['a'], 'user');
    clock.move(50);
    expect(await read).toBe(NOTHING_KNOWN);
    for (const each of late) come(each);
    await turn();
    expect(counted()).toEqual({ storageReads: 1, storageReadFailures: 1 });
    expect(logger.lines).toEqual([expect.stringContaining('no answer within 50 ms')]);
  });
});
