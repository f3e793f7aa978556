import { type Clock, type Diagnostics, EqualWaits, errorText, isPromise, within } from '../../common/index.js';
import type { StoredChange, StoredRemoval } from '../../model/index.js';
import type { VwoStorage } from '../../storage/index.js';
/** Past this a write counts as failed and nobody waits for it any longer, in ms. */
const WRITE_TIMEOUT_MS = 5_000;

/** Writes under way at once. Past it a save is refused: else a store that hangs would keep ever more records in memory. */
const MAX_CONCURRENT_WRITES = 10_000;

const LATE = Symbol('late');
const DONE = Promise.resolve();
const NO_REMOVALS: readonly StoredRemoval[] = [];

/** Saves what visits decided, after the handler: bounded, and drained at the end. Failures are counted and logged; the request continues. */
export class WriteBehind {
  private readonly waits: EqualWaits;
  /** Writes that wait for an earlier one of their visit. */
  private queued = 0;
  private tellIdle: (() => void) | undefined;

  constructor(
    private readonly storage: VwoStorage,
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {
    this.waits = new EqualWaits(clock, WRITE_TIMEOUT_MS);
  }

  /** Never rejects; settles when the records are saved or given up. */
  save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = NO_REMOVALS,
  ): Promise<void> {
    if (this.underWay >= MAX_CONCURRENT_WRITES) {
      this.failed(`${MAX_CONCURRENT_WRITES} writes are under way already; a user's new decisions were not stored`);
      return DONE;
    }
    this.diagnostics.counters.storageWrites += 1;
    try {
      const saving: unknown = this.storage.save(userId, changes, removals);
      if (isPromise(saving)) return this.settled(saving, userId);
      this.saved();
    } catch (error) {
      this.failed(errorText(error, userId));
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
    if (!before) return this.save(userId, changes, removals);
    this.queued += 1;
    return before.then(() => {
      this.queued -= 1;
      const write = this.save(userId, changes, removals);
      this.tellIfIdle();
      return write;
    });
  }

  /** Waits for the writes under way, `ms` at most. Writes that come later have no timer that runs after them. */
  async drain(ms: number): Promise<void> {
    this.waits.close();
    if (this.underWay === 0) return;
    const idle = new Promise<void>((resolve) => (this.tellIdle = resolve));
    if ((await within(this.clock, ms, idle, LATE)) !== LATE) return;
    this.failed(`${this.underWay} writes were not done when the client closed`);
  }

  private get underWay(): number {
    return this.waits.count + this.queued;
  }

  private settled(saving: PromiseLike<unknown>, userId: string): Promise<void> {
    return new Promise((resolve) => {
      const ended = (failure?: string): void => {
        if (failure === undefined) this.saved();
        else this.failed(failure);
        resolve();
        this.tellIfIdle();
      };
      const wait = this.waits.start(() => ended(`no answer within ${WRITE_TIMEOUT_MS} ms`));
      Promise.resolve(saving).then(
        () => this.waits.end(wait) && ended(),
        (error: unknown) => this.waits.end(wait) && ended(errorText(error, userId)),
      );
    });
  }

  private tellIfIdle(): void {
    if (this.tellIdle && this.underWay === 0) this.tellIdle();
  }

  private saved(): void {
    this.diagnostics.recovered('storage-write', 'The storage takes decisions again.');
  }

  private failed(why: string): void {
    this.diagnostics.count('storageWriteFailures');
    this.diagnostics.warn(
      'storage-write',
      `Decisions could not be stored: ${why}. Requests go on; these users are decided anew at their next visit.`,
    );
  }
}
