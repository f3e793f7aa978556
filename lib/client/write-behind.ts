import { type Clock, type Diagnostics, errorText, isPromise, within } from '../common/index.js';
import type { StoredChange, StoredRemoval } from '../model/index.js';
import type { VwoStorage } from '../storage/index.js';
/** Past this a write counts as failed and nobody waits for it any longer, in ms. */
const WRITE_TIMEOUT_MS = 5_000;

/** Writes under way at once. A store that hangs must not collect the visits of a whole afternoon. */
const MAX_CONCURRENT_WRITES = 10_000;

const DONE = Promise.resolve();
const NO_REMOVALS: readonly StoredRemoval[] = [];

/** Saves what visits decided, after the handler: bounded, drained at the end, failing aloud but alone. */
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
      if (!isPromise(saving)) return this.saved();
      const write = this.settled(saving).finally(() => this.underWay.delete(write));
      this.underWay.add(write);
      return write;
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
    const late = Symbol('late');
    const outcome = await within(this.clock, deadline, Promise.all(this.underWay), late);
    if (outcome === late) await this.failed(`${this.underWay.size} writes were not done when the client closed`);
  }

  private async settled(saving: PromiseLike<unknown>): Promise<void> {
    const late = Symbol('late');
    try {
      const outcome = await within(this.clock, WRITE_TIMEOUT_MS, saving, late, true);
      return outcome === late ? this.failed(`no answer within ${WRITE_TIMEOUT_MS} ms`) : this.saved();
    } catch (error) {
      return this.failed(errorText(error));
    }
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
