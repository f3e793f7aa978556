import {
  type Clock,
  type Diagnostics,
  EqualWaits,
  errorText,
  isPromise,
  shown,
  withoutId,
} from '../../common/index.js';
import { NOTHING_STORED, type StoredDecisions } from '../../model/index.js';
import type { LoadReach, VwoStorage } from '../../storage/index.js';

/** Reads what was decided before a visit: in bounded time. A failure is counted and logged; the visit goes on. */
export class StorageReader {
  private readonly waits: EqualWaits;

  /** @param storageTimeout in ms */
  constructor(
    private readonly storage: VwoStorage,
    storageTimeout: number,
    private readonly diagnostics: Diagnostics,
    clock: Clock,
  ) {
    this.waits = new EqualWaits(clock, storageTimeout);
  }

  /**
   * Undefined when the storage failed, was late, or answered nonsense; never rejects. Nothing is asked without keys.
   * Every request comes by here: no promise where the storage needs none, else one, and one timer for all.
   */
  read(
    userId: string,
    keys: readonly string[],
    reach: LoadReach,
  ): StoredDecisions | undefined | Promise<StoredDecisions | undefined> {
    if (keys.length === 0) return NOTHING_STORED;
    this.diagnostics.counters.storageReads += 1;
    try {
      const load: unknown = this.storage.load(userId, keys, reach);
      return isPromise(load) ? this.awaited(load, userId) : this.checked(load, userId);
    } catch (error) {
      return this.unread(errorText(error, userId));
    }
  }

  /** The client has closed: reads under way go on, and no timer runs after them. */
  close(): void {
    this.waits.close();
  }

  private awaited(load: PromiseLike<unknown>, userId: string): Promise<StoredDecisions | undefined> {
    return new Promise((resolve) => {
      const wait = this.waits.start(() => resolve(this.late()));
      Promise.resolve(load).then(
        (found) => this.waits.end(wait) && resolve(this.checked(found, userId)),
        (error: unknown) => this.waits.end(wait) && resolve(this.unread(errorText(error, userId))),
      );
    });
  }

  private checked(found: unknown, userId: string): StoredDecisions | undefined {
    if (typeof (found as StoredDecisions | undefined)?.get !== 'function') {
      return this.unread(withoutId(`\`load\` gave ${shown(found)}, and not a Map`, userId));
    }
    this.diagnostics.recovered('storage-read', 'The storage answers again.');
    return found as StoredDecisions;
  }

  private late(): undefined {
    const { ms } = this.waits;
    this.diagnostics.count('storageReadTimeouts');
    return this.unread(`no answer within ${ms} ms; where reads always take longer, set a higher \`storageTimeout\``);
  }

  private unread(why: string): undefined {
    this.diagnostics.count('storageReadFailures');
    this.diagnostics.warn(
      'storage-read',
      `Stored decisions could not be read: ${why}. Requests go on without them, and what they decide is not stored.`,
    );
  }
}
