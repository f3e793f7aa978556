import type { Diagnostics } from '../../common/index.js';
import type { StoredChange } from '../../model/index.js';
import { KeptUser, type Origin } from './kept-user.js';

/** Past it the user who has waited longest is dropped. About 35 MB where every record is another user's, 22 where three are one user's. */
const MAX_RECORDS = 50_000;

/** What was decided and is not known to be stored, in memory: bounded, by user and key. */
export class KeptRecords {
  private readonly users = new Map<string, KeptUser>();
  private records = 0;

  /** @param onGone nobody wants the records of this user any more */
  constructor(
    private readonly diagnostics: Diagnostics,
    private readonly onGone: (user: KeptUser) => void,
  ) {}

  get isEmpty(): boolean {
    return this.users.size === 0;
  }

  /** How many records. */
  get size(): number {
    return this.records;
  }

  of(userId: string): KeptUser | undefined {
    return this.users.get(userId);
  }

  add(userId: string, changes: readonly StoredChange[], origin: Origin): KeptUser {
    const user = this.users.get(userId) ?? new KeptUser(userId);
    const before = user.size;
    for (const change of changes) user.add(change, origin);
    this.users.set(userId, user);
    this.records += user.size - before;
    this.diagnostics.count('storageRecordsKept', user.size - before);
    while (this.records > MAX_RECORDS && this.users.size > 1) this.dropOldest();
    return user;
  }

  /** All of this user is stored. */
  remove(user: KeptUser): void {
    if (this.users.get(user.id) !== user) return;
    this.users.delete(user.id);
    this.records -= user.size;
  }

  removeWritten(): void {
    for (const user of this.users.values()) if (!user.hasUnwritten) this.remove(user);
  }

  forget(userId: string): KeptUser | undefined {
    const user = this.users.get(userId);
    if (!user) return undefined;
    this.remove(user);
    user.forget();
    this.onGone(user);
    return user;
  }

  /** Gives everything up. */
  clear(): { readonly records: number; readonly users: number } {
    const lost = [...this.users.values()].map((user) => user.unwritten.length).filter((records) => records > 0);
    for (const userId of [...this.users.keys()]) this.forget(userId);
    const records = lost.reduce((sum, each) => sum + each, 0);
    this.diagnostics.count('storageRecordsDropped', records);
    return { records, users: lost.length };
  }

  private dropOldest(): void {
    const [oldest] = this.users.values();
    if (!oldest) return;
    const lost = oldest.unwritten.length;
    this.forget(oldest.id);
    if (lost === 0) return;
    this.diagnostics.count('storageRecordsDropped', lost);
    this.diagnostics.warn(
      'storage-dropped',
      `More than ${MAX_RECORDS.toLocaleString('en-US')} decisions wait for the storage: the oldest are dropped, and decided anew.`,
    );
  }
}
