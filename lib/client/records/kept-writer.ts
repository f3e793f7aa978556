import {
  backOff,
  type BackOffOptions,
  type Clock,
  Deadline,
  type Diagnostics,
  EqualWaits,
  inNeutralContext,
  within,
} from '../../common/index.js';
import type { StoredChange } from '../../model/index.js';
import type { VwoStorage } from '../../storage/index.js';
import { boundedSave, WRITE_TIMEOUT_MS } from './bounded-save.js';
import type { Breaker } from './breaker.js';
import type { RecordsBehind } from './found-records.js';
import type { KeptRecords } from './kept-records.js';
import { type Batch, KeptSave } from './kept-save.js';
import type { KeptUser, Origin } from './kept-user.js';
import type { StorageTrouble } from './storage-trouble.js';

/** Users whose kept records are written at once: a storage that has just come back is not stormed. */
const AT_ONCE = 16;

/** Until a user's records are tried again that could not be written while others' could, in ms. */
const RETRY: BackOffOptions = { first: 200, longest: 30_000 };

/** Waits between tries while closing, in ms: somebody waits for it. */
const LAST_RETRY: BackOffOptions = { first: 200, longest: 2_000 };

const LATE = Symbol('late');
const DONE = Promise.resolve();

export interface KeptWriterParts {
  readonly storage: VwoStorage;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
  readonly kept: KeptRecords;
  readonly breaker: Breaker;
  readonly trouble: StorageTrouble;
  readonly behind: RecordsBehind;
  /** While it cannot be read, what was written stays in memory: visits go by it. */
  readonly isReadable: () => boolean;
}

/** Writes what is kept, each user's records one save after the other, as soon as the storage takes them. */
export class KeptWriter {
  private readonly waits: EqualWaits;
  private readonly saving: KeptSave;
  /** To be written as soon as there is room, the oldest first. */
  private readonly waiting = new Set<KeptUser>();
  /** Could not be written. */
  private readonly postponed = new Set<KeptUser>();
  private active = 0;
  private cancelRetry: (() => void) | undefined;
  private tellIdle: (() => void) | undefined;
  private isClosing = false;
  private isClosed = false;

  constructor(private readonly parts: KeptWriterParts) {
    this.waits = new EqualWaits(parts.clock, WRITE_TIMEOUT_MS, false);
    this.saving = new KeptSave(parts.storage, parts.behind);
  }

  /** Settles when the save is over that this begins, or else at once; never rejects. */
  keep(userId: string, changes: readonly StoredChange[], origin: Origin): Promise<void> {
    if (changes.length === 0) return DONE;
    const user = this.parts.kept.add(userId, changes, origin);
    if (origin.wasTried) this.postpone(user);
    else this.enqueue(user);
    return user.writing ?? DONE;
  }

  /** They were saved in another way. */
  wrote(userId: string, changes: readonly StoredChange[]): void {
    const user = this.parts.kept.of(userId);
    if (!user) return;
    user.wrote(changes.map(({ key, record }) => [key, record]));
    this.settle(user);
  }

  /** What is kept of this user goes nowhere any more. Settles when no save of it is under way; never rejects. */
  async forget(userId: string): Promise<void> {
    await this.parts.kept.forget(userId)?.writing;
  }

  /** No room is wasted on those. */
  gone(user: KeptUser): void {
    this.waiting.delete(user);
    this.postponed.delete(user);
  }

  /** The storage works again, or seems to: all that could not be written is tried. */
  resume(): void {
    for (const user of this.postponed) user.retryAt = 0;
    this.retryDue();
  }

  /** Tries one user, in turn, while the others wait for the outcome. */
  probe(): void {
    const [user] = this.waiting.size > 0 ? this.waiting : this.postponed;
    if (user) return inNeutralContext(() => this.write(user));
    this.parts.breaker.letThrough();
    this.parts.trouble.nothingUnwritten();
  }

  /** Writes what there is, for `ms` at most. Where the storage has never worked it is tried once. Never rejects. */
  async drain(ms: number): Promise<void> {
    const { breaker, clock, kept, trouble } = this.parts;
    const deadline = new Deadline(clock, ms);
    this.isClosing = true;
    this.waits.close();
    this.cancelRetry?.();
    breaker.end();
    for (let failures = 1; !kept.isEmpty; failures++) {
      breaker.letThrough();
      for (const user of this.postponed) this.waiting.add(user);
      this.postponed.clear();
      this.pump();
      if (this.active > 0 && (await within(clock, deadline.left, this.idle(), LATE)) === LATE) return;
      const isDone = this.waiting.size + this.postponed.size === 0;
      if (isDone || !trouble.hasWorked || deadline.left === 0) return;
      await pause(clock, Math.min(backOff(failures, LAST_RETRY), deadline.left));
    }
  }

  /** What could not be written by now is lost; what comes later is tried once. */
  giveUp(): void {
    const { breaker, diagnostics, kept } = this.parts;
    this.isClosed = true;
    breaker.letThrough();
    const { records, users } = kept.clear();
    if (records > 0)
      diagnostics.error(`${records} decisions of ${users} users were not stored when the client closed.`);
  }

  private enqueue(user: KeptUser): void {
    if (user.writing || this.postponed.has(user) || !user.hasUnwritten) return;
    if (this.isClosed) this.parts.breaker.letThrough();
    this.waiting.add(user);
    this.pump();
  }

  private postpone(user: KeptUser): void {
    if (user.isGone || user.writing) return;
    if (this.isClosed) return this.giveUp();
    this.waiting.delete(user);
    user.failures += 1;
    user.retryAt = this.parts.clock.monotonic() + backOff(user.failures, RETRY);
    this.postponed.add(user);
    if (!this.cancelRetry) this.armRetry();
  }

  private armRetry(): void {
    if (this.isClosing || this.postponed.size === 0) return;
    this.cancelRetry = this.parts.clock.after(RETRY.first, () => this.retryDue());
  }

  private retryDue(): void {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    const now = this.parts.clock.monotonic();
    for (const user of this.postponed) {
      if (user.retryAt > now) continue;
      this.postponed.delete(user);
      this.waiting.add(user);
    }
    this.pump();
    this.armRetry();
  }

  private pump(): void {
    inNeutralContext(() => {
      while (this.active < AT_ONCE && !this.parts.breaker.isOpen) {
        const [user] = this.waiting;
        if (!user) break;
        this.write(user);
      }
    });
    if (this.active === 0) this.tellIdle?.();
  }

  private write(user: KeptUser): void {
    this.waiting.delete(user);
    this.postponed.delete(user);
    this.active += 1;
    const batch = user.tried(user.unwritten);
    user.writing = this.written(user, batch).then((isWritten) => {
      this.active -= 1;
      user.writing = undefined;
      if (!isWritten) this.postpone(user);
      else if (user.hasUnwritten) this.waiting.add(user);
      else this.settle(user);
      this.pump();
    });
  }

  /** Bounded; never rejects. */
  private written(user: KeptUser, batch: Batch): Promise<boolean> {
    const { waits } = this;
    const { breaker, diagnostics, trouble } = this.parts;
    const { mark } = breaker;
    diagnostics.counters.storageWrites += 1;
    const saving = this.saving.save(user, batch);
    return new Promise((resolve) => {
      boundedSave(saving, { waits, breaker, mark, userId: user.id }, (failure) => {
        if (failure === undefined) {
          user.failures = 0;
          user.wrote(batch.map(([key, { record }]) => [key, record]));
          breaker.succeeded();
          trouble.hasWritten();
        } else {
          diagnostics.count('storageWriteFailures');
          trouble.unwritten(failure);
        }
        resolve(failure === undefined);
      });
    });
  }

  /** What is stored need not be kept, once it can be read. */
  private settle(user: KeptUser): void {
    if (user.hasUnwritten) return;
    this.gone(user);
    if (this.parts.isReadable()) this.parts.kept.remove(user);
  }

  private idle(): Promise<void> {
    return new Promise((resolve) => (this.tellIdle = resolve));
  }
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
