import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import {
  type LoadReach,
  type StorageScope,
  type StoredChange,
  type StoredDecision,
  VwoStorage,
} from '../../lib/index.js';
import { storageContract } from '../../lib/entries/contract.js';

type Database = Map<string, Map<string, StoredDecision>>;

/** Keeps every promise but one: whose records they are it does not ask. */
class Unscoped extends VwoStorage {
  constructor(private readonly users: Database) {
    super();
  }

  override load(userId: string, keys: readonly string[], reach?: LoadReach): Map<string, StoredDecision> {
    const all = [...(this.users.get(this.place(userId)) ?? [])];
    return new Map(structuredClone(reach === 'keys' ? all.filter(([key]) => keys.includes(key)) : all));
  }

  override save(userId: string, changes: readonly StoredChange[]): void {
    const records = this.users.get(this.place(userId)) ?? new Map<string, StoredDecision>();
    for (const { key, record, replaces } of changes) {
      if (isDeepStrictEqual(plain(records.get(key)), plain(replaces))) records.set(key, structuredClone(record));
    }
    this.users.set(this.place(userId), records);
  }

  override forget(userId: string): Promise<void> {
    this.users.delete(this.place(userId));
    return Promise.resolve();
  }

  protected place(userId: string): string {
    return userId;
  }
}

/** The same, with accounts and environments apart. */
class Scoped extends Unscoped {
  private scope: StorageScope | undefined;

  override open(scope: StorageScope): void {
    this.scope = scope;
  }

  protected override place(userId: string): string {
    return JSON.stringify([this.scope?.accountId, this.scope?.environment, userId]);
  }
}

/** Accounts apart, environments not; and the other way round. */
class ByAccount extends Scoped {
  override open({ accountId }: StorageScope): void {
    super.open({ accountId, environment: '' });
  }
}
class ByEnvironment extends Scoped {
  override open({ environment }: StorageScope): void {
    super.open({ accountId: '', environment });
  }
}

const plain = (record: StoredDecision | undefined): unknown => record && JSON.parse(JSON.stringify(record));

/** The promises that a storage breaks, where all of them share one database. */
async function broken(make: (database: Database) => VwoStorage): Promise<string[]> {
  const database: Database = new Map();
  const tests: [string, () => Promise<void>][] = [];
  storageContract(
    (name, work) => tests.push([name, work]),
    () => make(database),
  );
  const names: string[] = [];
  for (const [name, work] of tests) await work().catch(() => names.push(name));
  return names;
}

describe('the contract of storages', () => {
  test('passes one that keeps accounts and environments apart in one database', async () => {
    expect(await broken((database) => new Scoped(database))).toEqual([]);
  });

  test.each([
    ['whose records they are', Unscoped],
    ['of which environment they are', ByAccount],
    ['of which account they are', ByEnvironment],
  ])('catches one that does not ask %s, and breaks no other promise', async (_what, Storage) => {
    const names = await broken((database) => new Storage(database));
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/account|environment|scope/);
  });
});
