import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredDecision } from '../../lib/model/index.js';
import { MemoryStorage, type MemoryStorageOptions } from '../../lib/storage/index.js';

const PRODUCTION = { accountId: '1', environment: 'production' };
const DAY = 24 * 60 * 60 * 1000;

describe('MemoryStorage', () => {
  let time = 0;
  const clock = { now: () => time, after: () => () => undefined };
  beforeEach(() => void (time = 0));

  it('forgets the least recently used user when there are too many, and nobody else', async () => {
    const storage = new MemoryStorage({ maxUsers: 3 });
    for (const user of ['a', 'b', 'c']) await save(storage, user);
    await storage.load('a', []);
    await save(storage, 'd');
    expect(await known(storage, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd']);
  });

  it('remembers 10,000 users unless told otherwise', async () => {
    const storage = new MemoryStorage();
    for (let i = 0; i <= 10_000; i++) await save(storage, String(i));
    expect(await known(storage, ['0', '1', '10000'])).toEqual(['1', '10000']);
  });

  it('remembers for 90 days after the last write', async () => {
    const storage = new MemoryStorage({ clock });
    await save(storage, 'user', 'a');
    time = 89 * DAY;
    await save(storage, 'user', 'b');
    time = 179 * DAY - 1;
    expect((await storage.load('user', [])).size).toBe(2);
    time = 179 * DAY;
    expect((await storage.load('user', [])).size).toBe(0);
  });

  it('remembers as long as it is told', async () => {
    const storage = new MemoryStorage({ clock, ttl: 5_000 });
    await save(storage, 'user');
    time = 4_999;
    expect(await known(storage, ['user'])).toEqual(['user']);
    time = 5_000;
    expect(await known(storage, ['user'])).toEqual([]);
  });

  it('is not kept alive by reading, nor by a change that came too late', async () => {
    const storage = new MemoryStorage({ clock, ttl: 5_000 });
    await save(storage, 'user');
    time = 4_000;
    await storage.load('user', []);
    await save(storage, 'user');
    time = 5_000;
    expect(await known(storage, ['user'])).toEqual([]);
  });

  it('has nothing of a user whom it does not know, or not any more', async () => {
    for (const reach of ['user', 'keys'] as const) {
      const storage = new MemoryStorage({ clock, ttl: 5_000 });
      await save(storage, 'gone');
      time += 5_000;
      for (const user of ['gone', 'nobody']) expect([...(await storage.load(user, ['checkout'], reach))]).toEqual([]);
      await expect(storage.forget('nobody')).resolves.toBeUndefined();
    }
  });

  it('starts anew with a user whose records ran out', async () => {
    const storage = new MemoryStorage({ clock, ttl: 5_000 });
    await save(storage, 'user', 'a');
    time = 6_000;
    await save(storage, 'user', 'b');
    expect([...(await storage.load('user', [])).keys()]).toEqual(['b']);
  });

  it('keeps no place for a user whose records ran out', async () => {
    const storage = new MemoryStorage({ clock, ttl: 5_000, maxUsers: 2 });
    await save(storage, 'gone');
    time = 4_000;
    await save(storage, 'ann');
    time = 5_000;
    await storage.load('gone', []);
    await save(storage, 'bob');
    expect(await known(storage, ['ann', 'bob'])).toEqual(['ann', 'bob']);
  });

  it('replaces a record whoever holds it: a copy is the same', async () => {
    const storage = new MemoryStorage();
    await save(storage, 'user', 'a');
    const before = { ...(await storage.load('user', [])).get('a')! };
    const next = { featureKey: 'a', userId: 'user', experimentId: 2 };
    await storage.save('user', [{ key: 'a', record: next, replaces: before }]);
    expect((await storage.load('user', [])).get('a')).toEqual(next);
  });

  it('starts no timer, so that the process can end', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const storage = new MemoryStorage();
    await save(storage, 'user');
    await storage.load('user', []);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
  });

  it('keeps what it has when it is opened again, and shows none of it to another account or environment', async () => {
    const storage = new MemoryStorage();
    await save(storage, 'user');
    for (const scope of [PRODUCTION, PRODUCTION]) storage.open(scope);
    expect(await known(storage, ['user'])).toEqual(['user']);
    storage.open({ ...PRODUCTION, environment: 'staging' });
    expect(await known(storage, ['user'])).toEqual([]);
    await save(storage, 'user');
    storage.open({ accountId: '2', environment: 'staging' });
    expect(await known(storage, ['user'])).toEqual([]);
  });

  it('hands out records as they are at that moment, which whoever gets them cannot change', async () => {
    const storage = new MemoryStorage();
    await save(storage, 'user', 'a');
    const loaded = (await storage.load('user', [])) as Map<string, StoredDecision>;
    const a = loaded.get('a')!;
    for (const change of [() => loaded.clear(), () => loaded.delete('a'), () => loaded.set('a', a)]) {
      expect(change).toThrow(TypeError);
    }
    await save(storage, 'user', 'b');
    expect([loaded.size, loaded.has('a'), loaded.has('b')]).toEqual([1, true, false]);
    expect([[...loaded], [...loaded.entries()], [...loaded.keys()], [...loaded.values()]]).toEqual([
      [['a', a]],
      [['a', a]],
      ['a'],
      [a],
    ]);
    const seen: unknown[] = [];
    loaded.forEach((record, key, records) => seen.push(record, key, records));
    expect(seen).toEqual([a, 'a', loaded]);
    expect((await storage.load('user', [])).size).toBe(2);
  });

  it('removes a record together with a save, unless it was replaced meanwhile', async () => {
    const storage = new MemoryStorage();
    for (const key of ['a', 'b', 'c']) await save(storage, 'user', key);
    const loaded = await storage.load('user', []);
    const [a, b] = [loaded.get('a')!, loaded.get('b')!];
    const next = { ...b, experimentId: 2 };
    await storage.save('user', [{ key: 'b', record: next, replaces: b }]);
    const removals = [
      { key: 'a', record: a },
      { key: 'b', record: b },
    ];
    await storage.save('user', [], removals);
    expect([...(await storage.load('user', []))]).toEqual([
      ['b', next],
      ['c', loaded.get('c')],
    ]);
  });

  it.each(['null', '"text"', '1'])('keeps a field called `__proto__` for a field: %s', async (value) => {
    const storage = new MemoryStorage();
    const record = JSON.parse(`{"userId":"user","__proto__":${value}}`) as StoredDecision;
    await storage.save('user', [{ key: 'a', record, replaces: undefined }]);
    const stored = (await storage.load('user', ['a'])).get('a');
    expect(JSON.stringify(stored)).toBe(JSON.stringify(record));
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
  });

  it('refuses a record that JSON cannot carry, and keeps what it had', async () => {
    const storage = new MemoryStorage();
    await save(storage, 'user', 'a');
    const record = { featureKey: 'b', userId: 'user', experimentId: 1n };
    expect(() => storage.save('user', [{ key: 'b', record, replaces: undefined }])).toThrow('BigInt');
    expect([...(await storage.load('user', [])).keys()]).toEqual(['a']);
  });

  it.each([
    [{ maxUsers: 0 }, '`maxUsers` must be a whole number from 1 to 100000000, got 0'],
    [{ maxUsers: 1.5 }, '`maxUsers` must be a whole number, got 1.5'],
    [{ ttl: 90 }, '`ttl` must be at least 1000 ms, got 90 (it is in milliseconds)'],
    [{ ttl: Infinity }, '`ttl` must be a number of milliseconds, got Infinity'],
    [{ maxUser: 5 }, '`MemoryStorage options` has no option `maxUser`, did you mean `maxUsers`?'],
  ])('says what is wrong with the options %j', (options, message) => {
    expect(() => new MemoryStorage(options as MemoryStorageOptions)).toThrow(
      expect.objectContaining({ code: 'VWO_OPTIONS', message }),
    );
  });
});

async function save(storage: MemoryStorage, userId: string, key = 'checkout'): Promise<void> {
  const record: StoredDecision = { featureKey: key, userId, experimentId: 1 };
  await storage.save(userId, [{ key, record, replaces: undefined }]);
}

/** Which of these users are known; asking is no use. */
async function known(storage: MemoryStorage, users: string[]): Promise<string[]> {
  const sizes = await Promise.all(users.map(async (user) => (await storage.load(user, [])).size));
  return users.filter((_user, i) => sizes[i]);
}
