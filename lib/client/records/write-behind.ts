import {
  type Clock,
  Deadline,
  type Diagnostics,
  EqualWaits,
  errorText,
  isPromise,
  within,
} from '../../common/index.js';
import type { StoredChange, StoredRemoval } from '../../model/index.js';
import type { VwoStorage } from '../../storage/index.js';
import { boundedSave, WRITE_TIMEOUT_MS } from './bounded-save.js';
import type { Breaker } from './breaker.js';
import type { KeptRecords } from './kept-records.js';
import type { KeptWriter } from './kept-writer.js';
import type { StorageTrouble } from './storage-trouble.js';

/** Writes under way at once. What comes past it is kept and written later: a store that hangs must not collect ever more of them. */
const MAX_CONCURRENT_WRITES = 10_000;

const LATE = Symbol('late');
const DONE = Promise.resolve();
const NO_REMOVALS: readonly StoredRemoval[] = [];

/** A save under way. */
interface Write {
  readonly userId: string;
  readonly changes: readonly StoredChange[];
  /** Nothing is kept of it any more: the user was forgotten meanwhile, or it was given up with all that is kept. */
  isForgotten: boolean;
}

export interface WriteBehindParts {
  readonly storage: VwoStorage;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
  readonly kept: KeptRecords;
  readonly keeper: KeptWriter;
  /** Of writes. */
  readonly breaker: Breaker;
  readonly trouble: StorageTrouble;
  readonly isReadable: () => boolean;
}

/**
 * Saves what visits decided, after the handler: bounded, and drained at the end. What cannot be saved is kept and written later;
 * the request continues.
 */
export class WriteBehind {
  private readonly waits: EqualWaits<Write>;
  /** Writes that wait for an earlier one of their visit. */
  private queued = 0;
  private tellIdle: (() => void) | undefined;

  constructor(private readonly parts: WriteBehindParts) {
    this.waits = new EqualWaits(parts.clock, WRITE_TIMEOUT_MS);
  }

  /** Never rejects; settles when the records are saved, or kept because they cannot be. */
  save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = NO_REMOVALS,
  ): Promise<void> {
    const { storage, diagnostics, keeper, breaker } = this.parts;
    if (this.mustKeep(userId)) return keeper.keep(userId, changes, { isBlind: false, wasTried: false });
    diagnostics.counters.storageWrites += 1;
    const { mark } = breaker;
    try {
      const saving: unknown = storage.save(userId, changes, removals);
      if (isPromise(saving)) return this.settled(saving, { userId, changes, isForgotten: false }, mark);
      this.saved();
    } catch (error) {
      breaker.failed(mark, userId);
      this.failed({ userId, changes, isForgotten: false }, errorText(error, userId));
    }
    return DONE;
  }

  /** The same after an earlier save of the visit; it counts as under way from now on. */
  saveAfter(
    before: Promise<void> | undefined,
    userId: string,
    changes: readonly StoredChange[],
    removals?: readonly StoredRemoval[],
  ): Promise<void> {
    if (!before || this.mustKeep(userId)) return this.save(userId, changes, removals);
    this.queued += 1;
    return before.then(() => {
      this.queued -= 1;
      const write = this.save(userId, changes, removals);
      this.tellIfIdle();
      return write;
    });
  }

  /**
   * What a visit has decided without knowing what is stored: it is stored where nothing is.
   * @param changes of the same visit, decided before that
   */
  saveBlind(userId: string, changes: readonly StoredChange[], blind: readonly StoredChange[]): Promise<void> {
    const { keeper } = this.parts;
    if (changes.length > 0) void keeper.keep(userId, changes, { isBlind: false, wasTried: false }); // never rejects
    return keeper.keep(userId, blind, { isBlind: true, wasTried: false });
  }

  /** The storage fails: what is on its way is kept too, so that visits which cannot read the storage go by it. */
  keepUnderWay(): void {
    for (const { userId, changes, isForgotten } of [...this.waits.abouts()]) {
      if (!isForgotten) void this.parts.keeper.keep(userId, changes, { isBlind: false, wasTried: true });
    }
  }

  /** What is kept of this user goes nowhere any more; it settles when nothing kept of them is being written. Never rejects. */
  forget(userId: string): Promise<void> {
    for (const write of this.waits.abouts()) if (write.userId === userId) write.isForgotten = true;
    return this.parts.keeper.forget(userId);
  }

  /** Waits for the writes under way and for those that are kept, `ms` at most; what is left is lost, counted and logged. */
  async drain(ms: number): Promise<void> {
    const { clock, keeper } = this.parts;
    const deadline = new Deadline(clock, ms);
    this.waits.close(); // writes that come later have no timer that runs after them
    await Promise.all([this.untilIdle(deadline.left), keeper.drain(deadline.left)]);
    this.keepUnderWay();
    await keeper.drain(deadline.left);
    keeper.giveUp();
    for (const write of this.waits.abouts()) write.isForgotten = true;
    this.waits.letGo();
  }

  private get underWay(): number {
    return this.waits.count + this.queued;
  }

  /** While something fails, and after an earlier record of this user that is kept. */
  private mustKeep(userId: string): boolean {
    const { breaker, kept, isReadable } = this.parts;
    if (!breaker.isFine || !isReadable()) return true;
    if (this.underWay >= MAX_CONCURRENT_WRITES) return true;
    return !kept.isEmpty && kept.of(userId) !== undefined;
  }

  private async untilIdle(ms: number): Promise<void> {
    if (this.underWay === 0) return;
    const idle = new Promise<void>((resolve) => (this.tellIdle = resolve));
    await within(this.parts.clock, ms, idle, LATE);
  }

  private settled(saving: PromiseLike<unknown>, write: Write, mark: number): Promise<void> {
    const { waits } = this;
    const { breaker } = this.parts;
    return new Promise((resolve) => {
      boundedSave(saving, { waits, breaker, mark, userId: write.userId, about: write }, (failure) => {
        if (failure === undefined) this.saved(write);
        else this.failed(write, failure);
        resolve();
        this.tellIfIdle();
      });
    });
  }

  private tellIfIdle(): void {
    if (this.tellIdle && this.underWay === 0) this.tellIdle();
  }

  private saved(write?: Write): void {
    const { breaker, kept, keeper, trouble } = this.parts;
    breaker.succeeded();
    trouble.hasWritten();
    if (write && !kept.isEmpty) keeper.wrote(write.userId, write.changes);
  }

  private failed({ userId, changes, isForgotten }: Write, why: string): void {
    this.parts.diagnostics.count('storageWriteFailures');
    this.parts.trouble.unwritten(why);
    if (!isForgotten) void this.parts.keeper.keep(userId, changes, { isBlind: false, wasTried: true }); // never rejects
  }
}
