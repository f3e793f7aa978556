import { setImmediate as turn } from 'node:timers/promises';
import { ClientRecords } from '../../../lib/client/records/client-records.js';
import type { RecordsBehind } from '../../../lib/client/records/found-records.js';
import { StorageTrouble } from '../../../lib/client/records/storage-trouble.js';
import type { Clock, Diagnostics } from '../../../lib/common/index.js';
import type { StoredChange, StoredDecisions } from '../../../lib/model/index.js';
import { type LoadReach, MemoryStorage, VwoStorage } from '../../../lib/storage/index.js';

/** The storage of a client that has only this. A read may take 50 ms. */
export function recordsOf(
  storage: VwoStorage,
  diagnostics: Diagnostics,
  clock: Clock,
  behind: RecordsBehind = (key) => [key],
): ClientRecords {
  const trouble = new StorageTrouble(diagnostics);
  return new ClientRecords({ storage, storageTimeout: 50, diagnostics, clock, trouble, behind });
}

/** A first record of a user. */
export function changeOf(key: string, userId = 'ann', more: object = {}): StoredChange {
  return { key, record: { userId, featureKey: key, ...more }, replaces: undefined };
}

/** What a storage does with a call. */
export type Conduct = 'works' | 'refuses' | 'hangs';

/** Works, refuses or hangs, as it is told; what it has stored is in `inner`. */
export class ShakyStorage extends VwoStorage {
  readonly inner = new MemoryStorage();
  reads: Conduct = 'works';
  writes: Conduct = 'works';
  /** Whose records cannot be written. */
  refuses: string | undefined;
  /** In place of the next answer to `load`. */
  answer: Promise<StoredDecisions> | undefined;
  /** In place of the next answer to `save`. */
  saving: Promise<void> | undefined;
  isSlow = false;
  loads = 0;
  saves = 0;
  mostAtOnce = 0;
  private atOnce = 0;
  private gate: Promise<void> | undefined;

  override load(userId: string, keys: readonly string[], reach?: LoadReach): Promise<StoredDecisions> {
    this.loads += 1;
    const { answer } = this;
    this.answer = undefined;
    return answer ?? conducted(this.reads, async () => this.inner.load(userId, keys, reach));
  }

  override save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    this.saves += 1;
    const { saving } = this;
    this.saving = undefined;
    const conduct = userId === this.refuses ? 'refuses' : this.writes;
    return saving ?? conducted(conduct, () => this.written(userId, changes));
  }

  override forget(userId: string): Promise<void> {
    return conducted(this.writes, () => this.inner.forget(userId));
  }

  /** Saves that come from now on wait for the answer of this to be called. */
  holdSaves(): () => void {
    let open = (): void => undefined;
    this.writes = 'works';
    this.gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  private async written(userId: string, changes: readonly StoredChange[]): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await this.gate;
    if (this.isSlow) await turn();
    await this.inner.save(userId, changes);
    this.atOnce -= 1;
  }
}

function conducted<T>(conduct: Conduct, work: () => Promise<T>): Promise<T> {
  if (conduct === 'refuses') return Promise.reject(new Error('the database is away'));
  return conduct === 'hangs' ? new Promise(() => undefined) : work();
}
