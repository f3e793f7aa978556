import type { StoredChange, StoredRemoval } from '../../model/index.js';
import type { VwoStorage } from '../../storage/index.js';
import { isRecords, notAMap, type RecordsBehind, standsBeside } from './found-records.js';
import type { KeptChange, KeptUser } from './kept-user.js';

/** Kept records of one user that are saved together. */
export type Batch = readonly (readonly [key: string, change: KeptChange])[];

const NO_REMOVALS: readonly StoredRemoval[] = [];

/** Saves kept records of one user, so that a stored record wins. Rejects as the storage does. */
export class KeptSave {
  constructor(
    private readonly storage: VwoStorage,
    private readonly behind: RecordsBehind,
  ) {}

  /** One save, and further ones for records whose base is not known for certain. */
  async save(user: KeptUser, batch: Batch): Promise<void> {
    const keys = this.keysBeside(batch);
    const standing = keys.length > 0 ? await this.standing(user, batch, keys) : batch;
    const saves = Math.max(0, ...standing.map(([, { bases }]) => bases.length));
    for (let i = 0; i < saves && !user.isGone; i++) {
      await this.storage.save(user.id, changesOn(i, standing), NO_REMOVALS);
    }
  }

  /** Keys of records that those decided blind would have looked at besides their own. */
  private keysBeside(batch: Batch): readonly string[] {
    return batch.flatMap(([key, { isBlind }]) => (isBlind && this.behind(key).length > 1 ? this.behind(key) : []));
  }

  /** Those that may stand beside what is stored under these keys. */
  private async standing(user: KeptUser, batch: Batch, keys: readonly string[]): Promise<Batch> {
    const stored: unknown = await this.storage.load(user.id, [...new Set(keys)], 'keys');
    if (!isRecords(stored)) throw new Error(notAMap(stored, user.id));
    return batch.filter(([key]) => standsBeside(stored, user, key, this.behind));
  }
}

function changesOn(base: number, batch: Batch): readonly StoredChange[] {
  return batch.flatMap(([key, { record, bases }]) =>
    bases.length > base ? [{ key, record, replaces: bases[base] }] : [],
  );
}
