import { type Clock, type Diagnostics, errorText, isPromise, shown } from '../common/index.js';
import type { StoredDecisions } from '../model/index.js';
import type { LoadReach, VwoStorage } from '../storage/index.js';
const NOTHING_STORED: StoredDecisions = new Map();

/** Reads what was decided before a visit: in bounded time. A failure is counted and logged; the visit goes on. */
export class StorageReader {
  constructor(
    private readonly storage: VwoStorage,
    /** In ms. */
    private readonly storageTimeout: number,
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {}

  /**
   * Undefined when the storage failed, was late, or answered nonsense; never rejects. Nothing is asked without keys.
   * Every request comes by here: no promise where the storage needs none, else one of them and one timer.
   */
  read(
    userId: string,
    keys: readonly string[],
    reach: LoadReach,
  ): StoredDecisions | undefined | Promise<StoredDecisions | undefined> {
    if (keys.length === 0) return NOTHING_STORED;
    this.diagnostics.count('storageReads');
    try {
      const load: unknown = this.storage.load(userId, keys, reach);
      return isPromise(load) ? this.awaited(load) : this.checked(load);
    } catch (error) {
      return this.unread(errorText(error));
    }
  }

  private awaited(load: PromiseLike<unknown>): Promise<StoredDecisions | undefined> {
    return new Promise((resolve) => {
      let settled = false;
      const settle = (records: () => StoredDecisions | undefined): void => {
        if (settled) return;
        settled = true;
        cancel();
        resolve(records());
      };
      // Holds the process: somebody waits for the visit. After a stall of the event loop timers run before sockets are read: an answer that is there already is not late.
      const cancel = this.clock.after(
        this.storageTimeout,
        () => {
          setImmediate(() =>
            settle(() =>
              this.unread(
                `no answer within ${this.storageTimeout} ms; where reads always take longer, set a higher \`storageTimeout\``,
              ),
            ),
          );
        },
        true,
      );
      load.then(
        (found) => settle(() => this.checked(found)),
        (error: unknown) => settle(() => this.unread(errorText(error))),
      );
    });
  }

  private checked(found: unknown): StoredDecisions | undefined {
    if (typeof (found as StoredDecisions | undefined)?.get !== 'function') {
      return this.unread(`\`load\` gave ${shown(found)}, and not a Map`);
    }
    this.diagnostics.recovered('storage-read', 'The storage answers again.');
    return found as StoredDecisions;
  }

  private unread(why: string): undefined {
    this.diagnostics.count('storageReadFailures');
    this.diagnostics.warn(
      'storage-read',
      `Stored decisions could not be read: ${why}. Requests go on without them, and what they decide is not stored.`,
    );
  }
}
