import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { StoredDecision } from '../model/index.js';
import type { StorageScope, VwoStorage } from '../storage/index.js';
import { keyOf, plain, sorted } from './records.js';

/** Gives a storage that will be opened for this scope. */
export type MakeStorage = (scope: StorageScope) => VwoStorage | Promise<VwoStorage>;

/** The account and environment of nearly all promises. */
export const SCOPE: StorageScope = { accountId: '123456', environment: 'contract' };

/** One storage under test. */
export class StorageFixture {
  /** In no other test's user ids. */
  readonly run = randomUUID();
  private readonly opened: VwoStorage[];
  private users = 0;

  private constructor(
    readonly storage: VwoStorage,
    private readonly make: MakeStorage,
  ) {
    this.opened = [storage];
  }

  static async open(make: MakeStorage): Promise<StorageFixture> {
    const storage = await make(SCOPE);
    await storage.open(SCOPE);
    return new StorageFixture(storage, make);
  }

  async close(): Promise<void> {
    for (const storage of this.opened) await storage.close();
  }

  /** One more storage, open for another account or environment; undefined where that is refused, or it is the same object. */
  async another(scope: StorageScope): Promise<VwoStorage | undefined> {
    const storage = await this.make(scope);
    if (this.opened.includes(storage)) return undefined;
    this.opened.push(storage);
    return (await isRefused(storage, scope)) ? undefined : storage;
  }

  readonly user = (): string => `user-${this.users++}-${this.run}`;

  /** Saves as a visit does that found none of these records. */
  async save(user: string, ...records: StoredDecision[]): Promise<void> {
    const changes = records.map((record) => ({ key: keyOf(record), record, replaces: undefined }));
    await this.storage.save(user, changes);
  }

  /** Lets others go first, for as long as some reads take. */
  async waitForReads(reads: number): Promise<void> {
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
    const seen = [...loaded].map(([key, record]) => [key, plain(record)] as const);
    assert.deepEqual(sorted(seen), sorted(records.map((record) => [keyOf(record), record] as const)));
  }
}

/** Whether a storage says that it cannot serve this account and environment. */
export async function isRefused(storage: VwoStorage, scope: StorageScope): Promise<boolean> {
  try {
    await storage.open(scope);
    return false;
  } catch {
    return true;
  }
}
