import type { Clock } from '../clock.js';
import type { Diagnostics } from '../diagnostics.js';
import type { StoredDecisions } from '../engine/index.js';
import { shown } from '../option-rules.js';
import type { LoadReach, VwoStorage } from '../storage/index.js';
import { reason, within } from './guarded.js';

const NOTHING_STORED: StoredDecisions = new Map();
const LATE = Symbol('late');

/** Reads what was decided before a visit: in bounded time, and failing aloud but alone. */
export class StorageReader {
  constructor(
    private readonly storage: VwoStorage,
    /** In ms. */
    private readonly storageTimeout: number,
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {}

  /** Undefined when the storage failed, was late, or answered nonsense; never rejects. Nothing is asked without keys. */
  async read(userId: string, keys: readonly string[], reach: LoadReach): Promise<StoredDecisions | undefined> {
    if (keys.length === 0) return NOTHING_STORED;
    this.diagnostics.count('storageReads');
    try {
      const load = this.storage.load(userId, keys, reach);
      const outcome = await within(this.clock, this.storageTimeout, load, LATE);
      if (outcome === LATE) return this.unread(`no answer within ${this.storageTimeout} ms (\`storageTimeout\`)`);
      if (typeof outcome?.get !== 'function') return this.unread(`\`load\` gave ${shown(outcome)}, and not a Map`);
      this.diagnostics.recovered('storage-read', 'The storage answers again.');
      return outcome;
    } catch (error) {
      return this.unread(reason(error));
    }
  }

  private unread(why: string): undefined {
    this.diagnostics.count('storageReadFailures');
    this.diagnostics.warn(
      'storage-read',
      `Stored decisions could not be read: ${why}. Requests go on without them, and what they decide is not stored.`,
    );
  }
}
