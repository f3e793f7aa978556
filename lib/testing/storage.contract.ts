import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { StoredChange, StoredDecision } from '../model/index.js';
import type { VwoStorage } from '../storage/index.js';

/** `it` of Jest, Vitest, Mocha or node:test. */
export type ContractTest = (promise: string, test: () => Promise<void>) => unknown;

export interface StorageContractOptions {
  /**
   * False for a storage that has to read and then write: then of two writers at the very same moment the later one
   * wins, and nothing here asks for more. A VWO connector is one: it has `get` and `set` only. @default true
   */
  comparesInOneStep?: boolean;
}

/**
 * What every `VwoStorage` promises, as tests for yours. `make` gives a storage for each test; they may share one
 * database, as every test has users of its own.
 *
 * @example describe('my storage', () => storageContract(it, () => new MyStorage()));
 */
export function storageContract(
  it: ContractTest,
  make: () => VwoStorage | Promise<VwoStorage>,
  { comparesInOneStep = true }: StorageContractOptions = {},
): void {
  const promise = (name: string, test: (bench: Bench) => Promise<void>): void => {
    it(name, async () => {
      const storage = await make();
      storage.open({ accountId: '123456', environment: 'contract' });
      try {
        await test(new Bench(storage));
      } finally {
        await storage.close();
      }
    });
  };

  promise('knows nothing of a user who was never saved', async ({ storage, user }) => {
    assert.equal((await storage.load(user(), ['checkout'])).size, 0);
    assert.equal((await storage.load(user(), [])).size, 0);
    assert.equal((await storage.load(user(), ['checkout'])).get('checkout'), undefined);
  });

  promise('gives back what was saved, with types and unknown fields', async (bench) => {
    const user = bench.user();
    const record = recordFor(user, 'checkout', {
      rolloutId: 1,
      experimentVariationId: '2',
      fraction: 0.5,
      isNew: false,
      nothing: null,
      isInHoldoutId: [3, 4],
      of: { another: { version: [true, 'é', ''] } },
      ['__proto__']: { isAdmin: true },
    });
    await bench.save(user, record);
    await bench.expect(user, record);
  });

  promise('is a whole map: size, has, get, iteration and forEach tell the same', async (bench) => {
    const user = bench.user();
    const records = [recordFor(user, 'a'), recordFor(user, 'b')];
    await bench.save(user, ...records);
    const loaded = await bench.storage.load(user, ['a', 'b', 'c']);
    const each: Entry[] = [];
    loaded.forEach((record, key) => each.push([key, record]));
    const expected = records.map((record) => [keyOf(record), record]);
    for (const seen of [each, [...loaded], [...loaded.entries()]] as Entry[][]) {
      assert.deepEqual(
        sorted(seen).map(([key, record]) => [key, plain(record)]),
        expected,
      );
    }
    assert.deepEqual([...loaded.keys()].sort(), ['a', 'b']);
    assert.equal([...loaded.values()].length, 2);
    assert.deepEqual([loaded.size, loaded.has('a'), loaded.has('c'), loaded.has('toString')], [2, true, false, false]);
    assert.equal(loaded.get('a'), loaded.get('a'));
  });

  promise('takes any key and any user id, and mixes up none of them', async (bench) => {
    const users = [...PECULIAR, 'a', 'a_b', 'b_c', 'c'].map((name) => `${bench.run}${name}`);
    users.push(...PECULIAR.map((name) => `${name}${bench.run}`), '__proto__', 'constructor');
    await Promise.all(users.map((user) => bench.storage.forget(user)));
    const keys = [...PECULIAR, 'a', 'a_b', 'b_c', 'c'];
    const records = users.map((user) => keys.map((key) => recordFor(user, key, { only: `${user} ${key}` })));
    await Promise.all(users.map((user, i) => bench.save(user, ...(records[i] ?? []))));
    for (const [i, user] of users.entries()) {
      const loaded = await bench.storage.load(user, keys);
      assert.equal(loaded.size, keys.length);
      for (const [j, key] of keys.entries()) assert.deepEqual(plain(loaded.get(key)), records[i]?.[j]);
    }
  });

  promise('gives only what it is asked for when the reach is `keys`', async (bench) => {
    const user = bench.user();
    await bench.save(user, recordFor(user, 'a'), recordFor(user, 'b'), recordFor(user, '__proto__'));
    const { storage } = bench;
    assert.deepEqual([...(await storage.load(user, ['b', 'none', 'toString'], 'keys')).keys()], ['b']);
    assert.deepEqual([...(await storage.load(user, ['__proto__'], 'keys')).keys()], ['__proto__']);
    assert.equal((await storage.load(user, [], 'keys')).size, 0);
  });

  promise('keeps users apart', async (bench) => {
    const [one, other] = [bench.user(), bench.user()];
    await bench.save(one, recordFor(one, 'checkout'));
    assert.equal((await bench.storage.load(other, ['checkout'])).size, 0);
    await bench.save(other, recordFor(other, 'checkout', { experimentId: 2 }));
    await bench.expect(one, recordFor(one, 'checkout'));
  });

  promise('adds a record to those that are there', async (bench) => {
    const user = bench.user();
    await bench.save(user, recordFor(user, 'a'));
    await bench.save(user, recordFor(user, 'b'));
    await bench.save(user);
    await bench.expect(user, recordFor(user, 'a'), recordFor(user, 'b'));
  });

  promise('replaces the record that a decision was made from', async (bench) => {
    const user = bench.user();
    await bench.save(user, recordFor(user, 'checkout', { experimentId: 1 }));
    const before = await bench.found(user, 'checkout');
    const next = recordFor(user, 'checkout', { experimentId: 2 });
    await bench.storage.save(user, [{ key: 'checkout', record: next, replaces: before }]);
    await bench.expect(user, next);
  });

  promise('replaces a record of this very visit, saved and not loaded since', async (bench) => {
    const user = bench.user();
    const first = recordFor(user, 'checkout', { rolloutId: 1 });
    await bench.save(user, first);
    const second = recordFor(user, 'checkout', { rolloutId: 1, experimentId: 2 });
    await bench.storage.save(user, [{ key: 'checkout', record: second, replaces: first }]);
    await bench.expect(user, second);
  });

  promise('leaves a record alone that somebody else wrote first', async (bench) => {
    const user = bench.user();
    const theirs = recordFor(user, 'checkout', { experimentVariationId: 1 });
    await bench.save(user, theirs);
    await bench.save(user, recordFor(user, 'checkout', { experimentVariationId: 2 }));
    await bench.expect(user, theirs);
  });

  promise('leaves a record alone that was replaced since it was read', async (bench) => {
    const user = bench.user();
    await bench.save(user, recordFor(user, 'checkout', { experimentVariationId: 1 }));
    const stale = await bench.found(user, 'checkout');
    const theirs = recordFor(user, 'checkout', { experimentVariationId: 2 });
    const ours = recordFor(user, 'checkout', { experimentVariationId: 3 });
    await bench.storage.save(user, [{ key: 'checkout', record: theirs, replaces: stale }]);
    await bench.storage.save(user, [{ key: 'checkout', record: ours, replaces: stale }]);
    await bench.expect(user, theirs);
  });

  promise('leaves a record away that was forgotten since it was read', async (bench) => {
    const user = bench.user();
    await bench.save(user, recordFor(user, 'checkout'));
    const gone = await bench.found(user, 'checkout');
    await bench.storage.forget(user);
    const next = recordFor(user, 'checkout', { experimentId: 9 });
    await bench.storage.save(user, [{ key: 'checkout', record: next, replaces: gone }]);
    await bench.expect(user);
  });

  promise('writes the other records of a visit of which one came too late', async (bench) => {
    const user = bench.user();
    const theirs = recordFor(user, 'a', { experimentVariationId: 1 });
    await bench.save(user, theirs);
    await bench.save(user, recordFor(user, 'a', { experimentVariationId: 2 }), recordFor(user, 'b'));
    await bench.expect(user, theirs, recordFor(user, 'b'));
  });

  promise('loses nothing when many visits of one user save different keys at once', async (bench) => {
    const user = bench.user();
    const records = Array.from({ length: 50 }, (_, i) => recordFor(user, `feature-${i}`, { experimentId: i }));
    await Promise.all(records.map((record) => bench.save(user, record)));
    await bench.expect(user, ...records);
  });

  promise('loses nothing when many users save at once', async (bench) => {
    const users = Array.from({ length: 200 }, () => bench.user());
    await Promise.all(users.map((user) => bench.save(user, recordFor(user, 'a'), recordFor(user, 'b'))));
    await Promise.all(users.map((user) => bench.expect(user, recordFor(user, 'a'), recordFor(user, 'b'))));
  });

  if (comparesInOneStep) {
    promise('lets one of many first visits at once win, and flips nobody', async (bench) => {
      const user = bench.user();
      const visits = Array.from({ length: 25 }, async (_, i) => {
        await bench.dawdle(i);
        await bench.save(user, recordFor(user, 'checkout', { experimentVariationId: i }));
        return (await bench.found(user, 'checkout'))['experimentVariationId'];
      });
      assert.equal(new Set(await Promise.all(visits)).size, 1, 'visits saw different variations after they had saved');
    });

    promise('lets one of many replacements at once win', async (bench) => {
      const user = bench.user();
      await bench.save(user, recordFor(user, 'checkout'));
      const visits = Array.from({ length: 25 }, async (_, i) => {
        const replaces = await bench.found(user, 'checkout');
        const record = recordFor(user, 'checkout', { experimentVariationId: i });
        return { key: 'checkout', record, replaces };
      });
      const changes: StoredChange[] = await Promise.all(visits);
      const seen = changes.map(async (change, i) => {
        await bench.dawdle(i);
        await bench.storage.save(user, [change]);
        return (await bench.found(user, 'checkout'))['experimentVariationId'];
      });
      assert.equal(new Set(await Promise.all(seen)).size, 1, 'visits saw different variations after they had saved');
    });
  }

  promise('does not change what was loaded when more is saved', async (bench) => {
    const user = bench.user();
    await bench.save(user, recordFor(user, 'a', { experimentId: 1 }));
    const loaded = await bench.storage.load(user, ['a', 'b']);
    const replaces = await bench.found(user, 'a');
    const next = recordFor(user, 'a', { experimentId: 2 });
    await bench.storage.save(user, [{ key: 'a', record: next, replaces }]);
    await bench.save(user, recordFor(user, 'b'));
    assert.deepEqual([...loaded.keys()], ['a']);
    assert.equal(loaded.get('a')?.['experimentId'], 1);
  });

  promise('does not notice what is done afterwards to what was saved or loaded', async (bench) => {
    const user = bench.user();
    const record = recordFor(user, 'checkout', { experimentId: 1, isInHoldoutId: [1] });
    await bench.save(user, record);
    spoil(record);
    const loaded = await bench.storage.load(user, ['checkout']);
    spoil(loaded.get('checkout'));
    if (loaded instanceof Map) loaded.clear();
    await bench.expect(user, recordFor(user, 'checkout', { experimentId: 1, isInHoldoutId: [1] }));
  });

  promise('forgets one user and no other', async (bench) => {
    const [one, other] = [bench.user(), bench.user()];
    await bench.save(one, recordFor(one, 'a'), recordFor(one, 'b'));
    await bench.save(other, recordFor(other, 'a'));
    await bench.storage.forget(one);
    await bench.storage.forget(bench.user());
    await bench.expect(one);
    await bench.expect(other, recordFor(other, 'a'));
    await bench.save(one, recordFor(one, 'a', { experimentId: 7 }));
    await bench.expect(one, recordFor(one, 'a', { experimentId: 7 }));
  });
}

/** Names that have broken storages before. */
const PECULIAR = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a:b',
  'a%3Ab',
  'a{b}c',
  ' ',
  '*',
  "'; DROP TABLE users; --",
  'line\r\nbreak\0',
  'Ünïcödé 用户 🦄',
  'x'.repeat(4_000),
];

type Entry = [string, unknown];

/** One storage under test. */
class Bench {
  /** In no other test's user ids. */
  readonly run = randomUUID();
  private users = 0;

  constructor(readonly storage: VwoStorage) {}

  readonly user = (): string => `user-${this.users++}-${this.run}`;

  /** Saves as a visit does that found none of these records. */
  async save(user: string, ...records: StoredDecision[]): Promise<void> {
    const changes = records.map((record) => ({ key: keyOf(record), record, replaces: undefined }));
    await this.storage.save(user, changes);
  }

  /** Lets others go first, for as long as some reads take. */
  async dawdle(reads: number): Promise<void> {
    for (let i = 0; i < reads; i++) await this.storage.load(this.user(), ['a']);
  }

  async found(user: string, key: string): Promise<StoredDecision> {
    const record = (await this.storage.load(user, [key])).get(key);
    assert.ok(record, `nothing is stored under ${key}`);
    return record;
  }

  /** This user has these records and no others. */
  async expect(user: string, ...records: StoredDecision[]): Promise<void> {
    const keys = [...records.map(keyOf), 'a', 'b', 'checkout'];
    const loaded = await this.storage.load(user, [...new Set(keys)]);
    const seen = [...loaded].map(([key, record]): Entry => [key, plain(record)]);
    assert.deepEqual(sorted(seen), sorted(records.map((record): Entry => [keyOf(record), record])));
  }
}

function recordFor(userId: string, featureKey: string, fields: Record<string, unknown> = {}): StoredDecision {
  return { featureKey, userId, experimentId: 1, experimentKey: 'exp', experimentVariationId: 1, ...fields };
}

function keyOf(record: StoredDecision): string {
  return String(record['featureKey']);
}

/** As plain objects of this realm: database drivers and `structuredClone` may give others. */
function plain(record: unknown): unknown {
  return JSON.parse(JSON.stringify(record ?? null));
}

function sorted<T>(entries: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Changes what can be changed; a frozen record is as good as a copied one. */
function spoil(record: StoredDecision | undefined): void {
  if (!record) return;
  Reflect.set(record, 'experimentId', 666);
  const list = record['isInHoldoutId'];
  if (Array.isArray(list)) Reflect.set(list, 0, 666);
}
