import { type Clock, type Diagnostics, errorText, isPromise, within } from '../common/index.js';
import type { StoredChange, StoredRemoval } from '../model/index.js';
import type { VwoStorage } from '../storage/index.js';
/** Past this a write counts as failed and nobody waits for it any longer, in ms. */
const WRITE_TIMEOUT_MS = 5_000;

/** Writes under way at once. Past it a save is refused: else a store that hangs would keep ever more records in memory. */
const MAX_CONCURRENT_WRITES = 10_000;

const LATE = Symbol('late');
const DONE = Promise.resolve();
const NO_REMOVALS: readonly StoredRemoval[] = [];

/** Saves what visits decided, after the handler: bounded, and drained at the end. Failures are counted and logged; the request continues. */
export class WriteBehind {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly storage: VwoStorage,
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {}

  /** Never rejects; settles when the records are saved or given up. */
  save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = NO_REMOVALS,
  ): Promise<void> {
    if (this.underWay.size >= MAX_CONCURRENT_WRITES) {
      return this.failed(
        `${MAX_CONCURRENT_WRITES} writes are under way already; a user's new decisions were not stored`,
      );
    }
    this.diagnostics.count('storageWrites');
    try {
      const saving: unknown = this.storage.save(userId, changes, removals);
      return isPromise(saving) ? this.settled(saving) : this.saved();
    } catch (error) {
      return this.failed(errorText(error));
    }
  }

  /** The same after an earlier save of the visit; it counts as under way from now on. */
  saveAfter(
    before: Promise<void> | undefined,
    userId: string,
    changes: readonly StoredChange[],
    removals?: readonly StoredRemoval[],
  ): Promise<void> {
    if (!before) return this.save(userId, changes, removals);
    const write = before.then(() => this.save(userId, changes, removals)).finally(() => this.underWay.delete(write));
    this.underWay.add(write);
    return write;
  }

  /** Waits for the writes under way; each of them is bounded, and so is this. */
  async drain(deadline: number): Promise<void> {
    if (this.underWay.size === 0) return;
    const outcome = await within(this.clock, deadline, Promise.all(this.underWay), LATE);
    if (outcome === LATE) await this.failed(`${this.underWay.size} writes were not done when the client closed`);
  }

  private settled(saving: PromiseLike<unknown>): Promise<void> {
    const write: Promise<void> = within(this.clock, WRITE_TIMEOUT_MS, saving, LATE, true).then(
      (outcome) => this.ended(write, outcome === LATE ? `no answer within ${WRITE_TIMEOUT_MS} ms` : undefined),
      (error: unknown) => this.ended(write, errorText(error)),
    );
    this.underWay.add(write);
    return write;
  }

  private ended(write: Promise<void>, failure: string | undefined): void {
    this.underWay.delete(write);
    void (failure === undefined ? this.saved() : this.failed(failure)); // never rejects
  }

  private saved(): Promise<void> {
    this.diagnostics.recovered('storage-write', 'The storage takes decisions again.');
    return DONE;
  }

  private failed(why: string): Promise<void> {
    this.diagnostics.count('storageWriteFailures');
    this.diagnostics.warn(
      'storage-write',
      `Decisions could not be stored: ${why}. Requests go on; these users are decided anew at their next visit.`,
    );
    return DONE;
  }
}
