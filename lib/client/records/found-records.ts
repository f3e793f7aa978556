import { isDeepStrictEqual } from 'node:util';
import { shown, withoutId } from '../../common/index.js';
import type { StoredDecision, StoredRecords } from '../../model/index.js';
import type { KeptUser } from './kept-user.js';

/** Keys of the records that deciding what is stored under a key may look at, that key included. */
export type RecordsBehind = (key: string) => readonly string[];

/** The storage could not be read, or was not asked: what is kept of the user is all that is known. */
export class UnreadRecords implements StoredRecords {
  /** @param kept the latest first */
  constructor(private readonly kept: readonly (KeptUser | undefined)[]) {}

  get(key: string): StoredDecision | undefined {
    for (const user of this.kept) {
      const record = user?.get(key);
      if (record) return record;
    }
    return undefined;
  }
}

/** Whether that can be what `load` gave. */
export function isRecords(found: unknown): found is StoredRecords {
  return typeof (found as StoredRecords | null | undefined)?.get === 'function';
}

/** Why it cannot, without the user's id. */
export function notAMap(found: unknown, userId: string): string {
  return withoutId(`\`load\` gave ${shown(found)}, and not a Map`, userId);
}

/** Nothing is kept, either. */
export const NOTHING_KNOWN = new UnreadRecords([]);

/** What is stored of a user, and where there is nothing what is kept. */
export class RecordsWithKept implements StoredRecords {
  /** @param kept the latest first */
  constructor(
    private readonly stored: StoredRecords,
    private readonly kept: readonly (KeptUser | undefined)[],
    private readonly behind: RecordsBehind,
  ) {}

  get(key: string): StoredDecision | undefined {
    const record = this.stored.get(key);
    if (record) return record;
    const user = this.kept.find((each) => each?.get(key) !== undefined);
    return user && standsBeside(this.stored, user, key, this.behind) ? user.get(key) : undefined;
  }
}

/**
 * Whether a kept record may stand beside what is stored. One that was decided without the stored records may not where it would
 * have looked at another one of them: a user who is in one campaign of a mutually exclusive group would get a second.
 */
export function standsBeside(stored: StoredRecords, user: KeptUser, key: string, behind: RecordsBehind): boolean {
  if (!user.change(key)?.isBlind) return true;
  try {
    return behind(key).every((other) => other === key || isKnown(stored.get(other), user.get(other)));
  } catch {
    return false; // a stored record that cannot be read is not this one
  }
}

/** @param kept as it will be stored, but for what JSON leaves out */
function isKnown(stored: StoredDecision | undefined, kept: StoredDecision | undefined): boolean {
  if (stored === undefined) return true;
  return kept !== undefined && isDeepStrictEqual(JSON.parse(JSON.stringify(stored)), JSON.parse(JSON.stringify(kept)));
}
