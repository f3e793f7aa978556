import type {
  DecidedFlag,
  ClientName,
  FlagKey,
  JsonObject,
  KnownKey,
  UserId,
  VwoFlag,
  VwoUserContext,
} from '../../model/index.js';

/** What `setAttribute` takes. */
export type VwoAttributes = Readonly<Record<string, string | number | boolean>>;

/**
 * One user's decisions during one unit of work (a request, a job, a message). Opened once, read synchronously, ended once.
 * `Visit<'partners'>` is one of the client of that name, with its flags (`VwoClientFlags`).
 */
export interface Visit<Client extends ClientName = undefined> {
  /** The user as this visit knows it, copied and frozen; undefined when nobody is known: every flag is off then. */
  readonly user: VwoUserContext | undefined;
  /** VWO's UUID of the user, as events carry it; undefined when nobody is known. */
  readonly uuid?: string | undefined;
  /** VWO's session id, seconds since the epoch; undefined when nobody is known. */
  readonly sessionId?: number | undefined;

  /**
   * The flag, decided at the first read, the same object at every further one. Throws `VwoUndeclaredFlagError` with
   * `preload: 'declared'` for a flag that was not declared, and `VwoUndecidedFlagError` on VWO's own SDK, which decides what is
   * declared when the visit opens.
   */
  flag<Key extends FlagKey<Client>>(key: Key): VwoFlag<KnownKey<Key, Client>, Client>;

  /**
   * The flag as it was decided, without its user: for whoever only asks whether it is on, or for a variable. Throws as `flag`
   * does. @internal
   */
  decided?(key: string): DecidedFlag;

  /** Whether the settings of this visit have a flag of that key; false where there are none to decide by. Reads nothing: no impression. */
  has?(key: string): boolean;

  /** Whether this visit is that user's: by the id that it was opened for, or by the one that VWO's gateway knows the user by. */
  isOf?(userId: UserId): boolean;

  /** Makes more flags readable, where only declared ones are: loads their records. Never rejects. */
  declare?(keys: readonly FlagKey<Client>[]): Promise<void>;

  /**
   * Queues a custom event of this user, after the impressions of the flags read so far.
   * False (and one warning) without a user, or when the settings do not know the event.
   * @param properties JSON values by name, sent as they are now
   */
  track(eventName: string, properties?: JsonObject): boolean;

  /** Queues attributes of this user. False (and one warning) when there is nothing that can be sent. */
  setAttribute(attributes: VwoAttributes): boolean;

  /**
   * With `save: 'before-response'`: saves what was newly decided until now. Undefined where nothing is to be waited for; else
   * settles when the records are saved, after `storageTimeout` at the latest. Never rejects. @internal
   */
  savedFirst?(): Promise<void> | undefined;

  /**
   * Saves what was newly decided and queues the impressions of what was read. Never throws or rejects;
   * await it only to know that the records are saved. A flag that is read later is still saved and sent.
   */
  end(): Promise<void>;
}
