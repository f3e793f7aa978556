import { isDeepStrictEqual } from 'node:util';
import type { StoredChange, StoredDecision } from '../../model/index.js';

/** Bases of one record, at most: those after the first are records of ours that may have been written or not. */
const MAX_BASES = 8;

/** How a change came to be kept. */
export interface Origin {
  /** It was decided without knowing what is stored. */
  readonly isBlind: boolean;
  /** It was tried to save it: it may be stored, or still be on its way. */
  readonly wasTried: boolean;
}

/** A record that waits for its storage. */
export interface KeptChange extends Origin {
  readonly record: StoredDecision;
  /** What is stored must be one of these; undefined: nothing. */
  readonly bases: readonly (StoredDecision | undefined)[];
  /** It is stored, or another one that was there before. */
  readonly isWritten: boolean;
}

/** One user's records that are not known to be stored: by key, the latest. */
export class KeptUser {
  private readonly changes = new Map<string, KeptChange>();
  /** The save under way. Never rejects. */
  writing: Promise<void> | undefined;
  /** Saves in succession that have failed. */
  failures = 0;
  /** Not to be saved before, on the monotonic clock, in ms. */
  retryAt = 0;
  /** Nobody wants it any more: it was forgotten, or dropped. */
  isGone = false;

  constructor(readonly id: string) {}

  get size(): number {
    return this.changes.size;
  }

  /** Those that are not saved yet. */
  get unwritten(): readonly (readonly [key: string, change: KeptChange])[] {
    return [...this.changes].filter(([, { isWritten }]) => !isWritten);
  }

  get hasUnwritten(): boolean {
    for (const { isWritten } of this.changes.values()) if (!isWritten) return true;
    return false;
  }

  change(key: string): KeptChange | undefined {
    return this.changes.get(key);
  }

  get(key: string): StoredDecision | undefined {
    return this.changes.get(key)?.record;
  }

  /**
   * Takes a change as a storage would: it must have been decided from what is kept. One that was decided knowing what is stored
   * takes the place of one that was not. Otherwise whoever decided first is right.
   */
  add({ key, record, replaces }: StoredChange, origin: Origin): void {
    const kept = this.changes.get(key);
    if (kept && isSame(kept.record, replaces)) {
      const bases = kept.wasTried ? [...kept.bases, kept.record] : kept.bases;
      const isBlind = kept.isBlind && !kept.isWritten;
      const from = kept.isWritten ? [kept.record] : bases.toSpliced(1, Math.max(0, bases.length - MAX_BASES));
      this.changes.set(key, { record, bases: from, isBlind, wasTried: origin.wasTried, isWritten: false });
    } else if (!kept || (kept.isBlind && !origin.isBlind)) {
      this.changes.set(key, { record, bases: [replaces], ...origin, isWritten: false });
    }
  }

  /** A save of these begins. */
  tried(batch: readonly (readonly [key: string, change: KeptChange])[]): readonly (readonly [string, KeptChange])[] {
    return batch.map(([key, change]) => {
      const tried = { ...change, wasTried: true };
      this.changes.set(key, tried);
      return [key, tried] as const;
    });
  }

  /** These records were saved, or another one was there before. What was decided on top of them meanwhile has them as its base. */
  wrote(records: Iterable<readonly [key: string, record: StoredDecision]>): void {
    for (const [key, record] of records) {
      const now = this.changes.get(key);
      if (now?.record === record) this.changes.set(key, { ...now, isWritten: true });
      else if (now?.bases.includes(record)) this.changes.set(key, { ...now, bases: [record] });
    }
  }

  forget(): void {
    this.isGone = true;
    this.changes.clear();
  }
}

function isSame(kept: StoredDecision, replaces: StoredDecision | undefined): boolean {
  return kept === replaces || (replaces !== undefined && isDeepStrictEqual(kept, replaces));
}
