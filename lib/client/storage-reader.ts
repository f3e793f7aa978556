import type { Clock } from '../clock.js';
import type { Diagnostics } from '../diagnostics.js';
import type { StoredDecisions } from '../engine/index.js';
import { shown } from '../option-rules.js';
import type { LoadReach, VwoStorage } from '../storage/index.js';
import { reason } from './guarded.js';

const NOTHING_STORED: Promise<StoredDecisions> = Promise.resolve(new Map());

/** Reads what was decided before a visit: in bounded time, and failing aloud but alone. */
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
   * Every request waits here, so it is one promise and one timer, and no `async` on the way.
   */
  read(userId: string, keys: readonly string[], reach: LoadReach): Promise<StoredDecisions | undefined> {
    if (keys.length === 0) return NOTHING_STORED;
    this.diagnostics.count('storageReads');
    return new Promise((resolve) => {
      let late = false;
      const tooLate = (): void => {
        late = true;
        resolve(this.unread(`no answer within ${this.storageTimeout} ms (\`storageTimeout\`)`));
      };
      const cancel = this.clock.after(this.storageTimeout, tooLate);
      const answered = (found: unknown): void => {
        if (late) return;
        cancel();
        resolve(this.checked(found));
      };
      const failed = (error: unknown): void => {
        if (late) return;
        cancel();
        resolve(this.unread(reason(error)));
      };
      try {
        const load: unknown = this.storage.load(userId, keys, reach);
        if (load instanceof Promise) load.then(answered, failed);
        else Promise.resolve(load).then(answered, failed);
      } catch (error) {
        failed(error);
      }
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
