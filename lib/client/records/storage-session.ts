import { type Clock, type Diagnostics, errorText, VwoOptionsError, within } from '../../common/index.js';
import { nearCacheOf, StorageLease, type StorageScope, type VwoStorage } from '../../storage/index.js';
import type { StorageTrouble } from './storage-trouble.js';

const LATE = Symbol('late');
const ON_TIME = (): undefined => undefined;

/** Opens the storage of a client, and closes it: in bounded time, and what goes wrong is logged. */
export class StorageSession {
  private readonly lease: StorageLease;
  private unheard: (() => void) | undefined;

  constructor(
    private readonly storage: VwoStorage,
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
    private readonly trouble: StorageTrouble,
  ) {
    this.lease = new StorageLease(storage);
  }

  /**
   * Waits `startTimeout` at most, in ms; a storage that is not open by then is asked by every visit all the same.
   * Rejects only with `VwoOptionsError`: it serves another account, and every visit would fail.
   */
  async open(scope: StorageScope, startTimeout: number): Promise<void> {
    this.unheard ??= nearCacheOf(this.storage)?.onTrouble((message) =>
      this.diagnostics.warnOnce('near-cache', message),
    );
    try {
      const opened = await within(this.clock, startTimeout, this.lease.open(scope).then(ON_TIME), LATE);
      if (opened === LATE) this.notOpen(`no answer within ${startTimeout} ms (\`startTimeout\`)`);
    } catch (error) {
      if (error instanceof VwoOptionsError) throw error;
      this.notOpen(errorText(error));
    }
  }

  /** Waits `ms` at most; never rejects. */
  async close(ms: number): Promise<void> {
    this.unheard?.();
    this.unheard = undefined;
    try {
      const closed = await within(this.clock, ms, this.lease.close().then(ON_TIME), LATE);
      if (closed === LATE) this.diagnostics.error('The storage did not close in time.');
    } catch (error) {
      this.diagnostics.error(`The storage did not close: ${errorText(error)}`);
    }
  }

  private notOpen(why: string): void {
    this.trouble.unread(`The storage is not open yet: ${why}. Visits go on without it meanwhile.`);
  }
}
