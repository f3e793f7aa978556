import type { StoredDecisions, UserId, VwoUserContext } from '../model/index.js';
import type { VwoCounters } from '../common/index.js';
import type { Visit } from './visit.js';

/** What `setAttribute` takes. */
export type VwoAttributes = Readonly<Record<string, string | number | boolean>>;

/** VWO for one account: the port that Nest talks to. */
export abstract class VwoClient {
  /** Gets the settings, bounded by `startTimeout`. Rejects only where the options ask for it. */
  abstract start(): Promise<void>;

  /**
   * Opens a visit: one storage read, then everything is synchronous. Never rejects, bounded in time.
   * No user: a visit in which every flag is off.
   * `keys`: the feature keys that will be read; needed with `preload: 'declared'`, ignored otherwise.
   */
  abstract visit(user: VwoUserContext<UserId> | undefined, keys?: readonly string[]): Promise<Visit>;

  /** Queues a custom event; false (and one warning) when the settings do not know its name. Never throws. */
  abstract track(
    user: VwoUserContext<UserId>,
    eventName: string,
    properties?: Readonly<Record<string, unknown>>,
  ): boolean;

  /** Queues attributes of a user; false (and one warning) when there is nothing that can be sent. Never throws. */
  abstract setAttribute(user: VwoUserContext<UserId>, attributes: VwoAttributes): boolean;

  /** Everything that is stored for one user. Rejects when the storage does. */
  abstract storedDecisions(userId: string): Promise<StoredDecisions>;

  /** Deletes everything that is stored for one user. Rejects when the storage does. */
  abstract forget(userId: string): Promise<void>;

  /** Fetches the settings now. True when they changed; rejects when they could not be fetched (the last good stay). */
  abstract refresh(): Promise<boolean>;

  /** Sends what is queued now. True when the queue is empty afterwards. */
  abstract flush(): Promise<boolean>;

  /** Drains with a deadline, ends every timer, closes what the client opened. Never rejects; calling twice is fine. */
  abstract close(): Promise<void>;

  /** What was counted since the start. */
  abstract counters(): Readonly<VwoCounters>;
}
