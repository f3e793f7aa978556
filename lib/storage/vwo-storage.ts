import type { StoredChange, StoredDecisions } from '../model/index.js';

/** Whose records a storage keeps; two environments never meet. */
export interface StorageScope {
  readonly accountId: string;
  /** The option `environment`; unless given, a digest of the SDK key, never the key itself. */
  readonly environment: string;
}

/** `user`: whatever is found by user id; `keys`: the given keys and no others (option `preload: 'declared'`). */
export type LoadReach = 'user' | 'keys';

/**
 * What was decided before: type, injection token and contract in one.
 * Implementations may throw or be slow: the client guards every call.
 */
export abstract class VwoStorage {
  /** Called once by the client that uses this storage, before the first `load`. */
  open(_scope: StorageScope): void {}

  /**
   * The records of one user, by key (feature key, campaign key or group key); empty when there are none.
   * `keys` are all that the current settings can ask for: a store that finds everything by user ignores them,
   * unless `reach` is `keys`. A store at hand answers without a promise: its visits wait for nothing then.
   */
  abstract load(userId: string, keys: readonly string[], reach?: LoadReach): StoredDecisions | Promise<StoredDecisions>;

  /** Saves new records of one user, in one go. A record replaces only the one it was decided from. */
  abstract save(userId: string, changes: readonly StoredChange[]): void | Promise<void>;

  /** Forgets one user. `keys` as for `load`; undefined when nobody knows of any settings. */
  abstract forget(userId: string, keys?: readonly string[]): Promise<void>;

  /** Closes what this storage opened itself, and nothing that was handed to it. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
