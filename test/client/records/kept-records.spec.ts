import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ClientRecords } from '../../../lib/client/records/client-records.js';
import { UnreadRecords } from '../../../lib/client/records/found-records.js';
import { Diagnostics } from '../../../lib/common/index.js';
import type { StoredChange, StoredDecision, StoredDecisions } from '../../../lib/model/index.js';
import { MemoryStorage } from '../../../lib/storage/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { turns } from '../../common/waiting.js';
import { listening, type Said } from '../client.fixture.js';
import { changeOf, recordsOf, ShakyStorage } from './records.fixture.js';

describe('what is decided while the storage fails', () => {
  let clock: MovedClock;
  let logger: Said;
  let storage: ShakyStorage;
  let diagnostics: Diagnostics;
  let records: ClientRecords;
  /** A group of two features, of which a user may be in one. */
  const behind = (key: string): readonly string[] => (key === 'alone' ? [key] : ['group', 'in', 'out']);
  beforeEach(() => {
    clock = new MovedClock();
    logger = listening();
    storage = new ShakyStorage();
    diagnostics = new Diagnostics(logger, clock);
    records = recordsOf(storage, diagnostics, clock, behind);
  });

  const read = (userId: string, keys = ['alone']) => records.reader.read(userId, keys, 'user');
  /** A visit decides without having read. */
  const decide = (userId: string, ...keys: string[]): Promise<void> =>
    records.writes.saveBlind(
      userId,
      [],
      keys.map((key) => changeOf(key, userId)),
    );
  const stored = async (userId: string): Promise<string[]> => [...(await storage.inner.load(userId, [])).keys()];
  const counted = (name: 'storageRecordsKept' | 'storageRecordsDropped' | 'storageReads' | 'storageReadsSkipped') =>
    diagnostics.counters[name];

  /** Reads and writes that fail until nothing is asked any more. */
  async function fails(how: 'refuses' | 'hangs' = 'refuses'): Promise<void> {
    storage.reads = storage.writes = how;
    for (let i = 0; i < 3; i++) {
      const reading = read(`reader-${i}`);
      clock.move(how === 'hangs' ? 50 : 0);
      await reading;
    }
  }
  async function recovers(): Promise<void> {
    storage.reads = storage.writes = 'works';
    for (let i = 0; i < 3; i++) {
      clock.move(2_000);
      await turns();
    }
  }

  describe.each(['refuses', 'hangs'] as const)('because it %s', (how) => {
    test('costs no visit a wait, once that is known', async () => {
      await fails(how);
      const asked = storage.loads;
      for (let i = 0; i < 100; i++) expect(read(`user-${i}`)).toBeInstanceOf(UnreadRecords);
      expect([storage.loads, counted('storageReadsSkipped')]).toEqual([asked, 100]);
    });

    test('is what a later visit of the user has', async () => {
      await fails(how);
      void decide('ann', 'alone');
      const found = await read('ann');
      expect(found.get('alone')).toEqual(changeOf('alone').record);
    });

    test('is written when the storage works again, and not kept any longer', async () => {
      await fails(how);
      for (let i = 0; i < 100; i++) void decide(`user-${i}`, 'alone');
      await recovers();
      if (how === 'hangs') clock.move(5_000); // saves that were never answered
      await recovers();
      for (let i = 0; i < 100; i++) expect(await stored(`user-${i}`)).toEqual(['alone']);
      expect([counted('storageRecordsKept'), counted('storageRecordsDropped')]).toEqual([100, 0]);
      expect(await read('user-1')).toBe(await storage.inner.load('user-1', []));
    });

    test('is warned of once, and so is the end of it', async () => {
      await fails(how);
      for (let i = 0; i < 5; i++) void decide(`user-${i}`, 'alone');
      clock.move(6_000);
      await turns();
      expect(logger.lines).toEqual([expect.stringMatching(/^warn: Stored decisions could not be read: /)]);
      await recovers();
      expect(logger.lines.slice(1)).toEqual(['log: The storage works again.']);
    });
  });

  test('does not replace what is stored, and a later visit has that', async () => {
    const other = { userId: 'ann', featureKey: 'alone', by: 'another server' };
    await storage.inner.save('ann', [{ key: 'alone', record: other, replaces: undefined }]);
    await fails();
    void decide('ann', 'alone');
    await recovers();
    expect((await storage.inner.load('ann', [])).get('alone')).toEqual(other);
    expect((await read('ann')).get('alone')).toEqual(other);
  });

  test('is seen by a visit that opens before it is written, and after what is stored', async () => {
    await storage.inner.save('ann', [changeOf('alone', 'ann', { by: 'another server' })]);
    await fails();
    void decide('ann', 'alone', 'in');
    void decide('bob', 'alone');
    storage.reads = 'works';
    clock.move(2_000);
    await turns();
    expect((await read('ann')).get('alone')).toMatchObject({ by: 'another server' });
    expect((await read('ann', ['in'])).get('in')).toEqual(changeOf('in').record);
    expect((await read('bob')).get('alone')).toEqual(changeOf('alone', 'bob').record);
    expect(await stored('bob')).toEqual([]);
  });

  test('is seen by a read that was under way while it was written', async () => {
    storage.writes = 'refuses';
    await records.writes.save('ann', [changeOf('alone')]);
    let answer = (_found: StoredDecisions): void => undefined;
    storage.answer = new Promise((resolve) => (answer = resolve));
    const reading = read('ann');
    await recovers();
    expect(await stored('ann')).toEqual(['alone']);
    answer(new Map());
    expect((await reading).get('alone')).toEqual(changeOf('alone').record);
  });

  describe('in a mutually exclusive group', () => {
    test('is not written beside the record that says the user is in another campaign, nor seen beside it', async () => {
      await storage.inner.save('ann', [changeOf('out')]);
      await fails();
      void decide('ann', 'group', 'in', 'alone');
      storage.reads = 'works';
      clock.move(2_000);
      await turns();
      const found = await read('ann');
      expect(['group', 'in', 'alone'].map((key) => found.get(key) !== undefined)).toEqual([false, false, true]);
      await recovers();
      expect((await stored('ann')).sort()).toEqual(['alone', 'out']);
    });

    test('is written where nothing of the group is stored', async () => {
      await fails();
      void decide('ann', 'group', 'in', 'alone');
      await recovers();
      expect((await stored('ann')).sort()).toEqual(['alone', 'group', 'in']);
    });

    test('is written whole though a part of it has arrived by an earlier save', async () => {
      await fails();
      void decide('ann', 'group', 'in');
      await storage.inner.save('ann', [changeOf('group')]);
      await recovers();
      expect((await stored('ann')).sort()).toEqual(['group', 'in']);
    });
  });

  describe('by a visit that had read before', () => {
    const before: StoredDecision = { userId: 'ann', featureKey: 'alone', goals: 'a' };
    const after: StoredDecision = { ...before, goals: 'a_b' };
    const change: StoredChange = { key: 'alone', record: after, replaces: before };

    test('is written over the record that it was decided from', async () => {
      await storage.inner.save('ann', [{ key: 'alone', record: before, replaces: undefined }]);
      await fails();
      void records.writes.save('ann', [change]);
      await recovers();
      expect((await storage.inner.load('ann', [])).get('alone')).toEqual(after);
    });

    test('is not written over another one', async () => {
      await storage.inner.save('ann', [changeOf('alone', 'ann', { by: 'another server' })]);
      await fails();
      void records.writes.save('ann', [change]);
      await recovers();
      expect((await storage.inner.load('ann', [])).get('alone')).toMatchObject({ by: 'another server' });
    });

    test('is written over its own earlier record, whose save was late and arrived all the same', async () => {
      const arrive = storage.holdSaves();
      void records.writes.save('ann', [changeOf('alone')]);
      clock.move(5_000);
      await turns();
      const { record } = changeOf('alone');
      void records.writes.save('ann', [{ key: 'alone', record: after, replaces: record }]);
      arrive();
      await turns();
      await recovers();
      expect((await storage.inner.load('ann', [])).get('alone')).toEqual(after);
    });

    test('is known to later visits while its save has no answer yet', async () => {
      storage.writes = 'hangs';
      void records.writes.save('ann', [change]);
      await fails();
      expect((await read('ann')).get('alone')).toEqual(after);
    });
  });

  describe('by a user who is forgotten', () => {
    test('goes with the rest', async () => {
      await fails();
      void decide('ann', 'alone');
      await records.writes.forget('ann');
      expect((await read('ann')).get('alone')).toBeUndefined();
      await recovers();
      expect(await stored('ann')).toEqual([]);
    });

    test('is waited for where it is being written, so that it cannot come after the forgetting', async () => {
      await fails();
      await decide('ann', 'alone');
      await turns();
      const arrive = storage.holdSaves();
      storage.reads = 'works';
      clock.move(2_000);
      await turns();
      const steps: string[] = [];
      const forgetting = records.writes.forget('ann').then(() => steps.push('forgotten'));
      await turns();
      steps.push('arrives');
      arrive();
      await forgetting;
      expect(steps).toEqual(['arrives', 'forgotten']);
    });

    test('is not kept where its save fails after the forgetting', async () => {
      let refuse = (_error: Error): void => undefined;
      storage.saving = new Promise((_resolve, reject) => (refuse = reject));
      void records.writes.save('ann', [changeOf('alone')]);
      await records.writes.forget('ann');
      refuse(new Error('away'));
      await turns();
      expect(counted('storageRecordsKept')).toBe(0);
    });
  });

  test('is bounded: the oldest goes first, counted and said', async () => {
    await fails();
    const keys = Array.from({ length: 10 }, (_, i) => `key-${i}`);
    for (let i = 0; i < 5_001; i++) void decide(`user-${i}`, ...keys);
    expect([counted('storageRecordsKept'), counted('storageRecordsDropped')]).toEqual([50_010, 10]);
    expect((await read('user-0')).get('key-0')).toBeUndefined();
    expect((await read('user-1')).get('key-0')).toBeDefined();
    expect(logger.lines.at(-1)).toMatch(
      /^warn: More than 50,000 decisions wait for the storage: the oldest are dropped/,
    );
  });

  test('is written by 16 saves at once and no more: a storage that is back is not stormed', async () => {
    await fails();
    for (let i = 0; i < 1_000; i++) void decide(`user-${i}`, 'alone');
    storage.reads = storage.writes = 'works';
    storage.isSlow = true;
    for (let i = 0; i < 5; i++) {
      clock.move(2_000);
      await turns();
    }
    for (let i = 0; i < 1_000; i++) expect(await stored(`user-${i}`)).toEqual(['alone']);
    expect(storage.mostAtOnce).toBe(16);
  });

  test('waits where a user cannot be written, and others are', async () => {
    storage.refuses = 'ann';
    await records.writes.save('ann', [changeOf('alone')]);
    for (let i = 0; i < 20; i++) await records.writes.save(`user-${i}`, [changeOf('alone', `user-${i}`)]);
    await turns();
    for (let i = 0; i < 20; i++) expect(await stored(`user-${i}`)).toEqual(['alone']);
    const { saves } = storage;
    clock.move(60_000);
    await turns();
    expect(storage.saves - saves).toBeLessThan(15);
    storage.refuses = undefined;
    clock.move(30_000);
    await turns();
    expect(await stored('ann')).toEqual(['alone']);
  });

  describe('and not written when the client closes', () => {
    test('is written in the time that there is, also by a storage that comes back late', async () => {
      await records.writes.save('before', [changeOf('alone', 'before')]);
      await fails();
      for (let i = 0; i < 100; i++) void decide(`user-${i}`, 'alone');
      records.reader.close();
      const draining = records.writes.drain(5_000);
      await turns();
      clock.move(1_000);
      await turns();
      storage.writes = 'works';
      clock.move(2_000);
      await turns();
      await draining;
      for (let i = 0; i < 100; i++) expect(await stored(`user-${i}`)).toEqual(['alone']);
      expect(counted('storageRecordsDropped')).toBe(0);
      expect(clock.timers).toEqual([]);
    });

    test('is lost then, counted and said with its number', async () => {
      await records.writes.save('before', [changeOf('alone', 'before')]);
      await fails();
      for (let i = 0; i < 100; i++) void decide(`user-${i}`, 'alone', 'in');
      records.reader.close();
      const draining = records.writes.drain(5_000);
      for (let i = 0; i < 6; i++) {
        await turns();
        clock.move(1_000);
      }
      await draining;
      expect(counted('storageRecordsDropped')).toBe(200);
      expect(logger.lines.at(-1)).toBe('error: 200 decisions of 100 users were not stored when the client closed.');
      expect(clock.timers).toEqual([]);
    });

    test('is tried once where the storage has never worked', async () => {
      await fails();
      void decide('ann', 'alone');
      records.reader.close();
      await records.writes.drain(5_000); // and the clock does not move
      expect(counted('storageRecordsDropped')).toBe(1);
    });

    test('is lost too where it comes after the close and cannot be written', async () => {
      await records.writes.drain(5_000);
      storage.writes = 'refuses';
      await records.writes.save('ann', [changeOf('alone')]);
      await turns();
      expect(counted('storageRecordsDropped')).toBe(1);
      expect(clock.timers).toEqual([]);
    });
  });

  test('costs a storage that answers at once nothing: what it gives is what a visit gets', () => {
    const memory = new MemoryStorage();
    const { reader, writes } = recordsOf(memory, diagnostics, clock);
    void writes.save('ann', [changeOf('alone')]);
    expect(reader.read('ann', ['alone'], 'user')).toBe(memory.load('ann', []));
    expect(clock.timers).toEqual([]);
  });
});
