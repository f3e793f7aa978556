import type { VwoFlag, VwoUserContext } from '../model/index.js';
import type { VwoAttributes } from './vwo-client.js';

/** One user's decisions during one unit of work (a request, a job, a message). Opened once, read synchronously, ended once. */
export interface Visit {
  /** Undefined when nobody is known: every flag is off then. */
  readonly user: VwoUserContext | undefined;

  /** The flag, decided at the first read, the same object at every further one. */
  flag(key: string): VwoFlag;

  /** Queues a custom event of this user. False without a user, or when the settings do not know the event. */
  track(eventName: string, properties?: Readonly<Record<string, unknown>>): boolean;

  /** Queues attributes of this user. */
  setAttribute(attributes: VwoAttributes): boolean;

  /**
   * Saves what was newly decided and queues the impressions of what was read. Never throws or rejects;
   * await it only to know that the records are saved. A flag that is read later is still saved and sent.
   */
  end(): Promise<void>;
}
