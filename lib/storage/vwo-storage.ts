import { OneInProcess } from '../common/index.js';
import {
  isBranded,
  type SettingsConnector,
  type StoredChange,
  type StoredDecisions,
  type StoredRemoval,
} from '../model/index.js';

/** Whose records a storage keeps; two environments never meet. */
export interface StorageScope {
  readonly accountId: string;
  /** The option `environment`; unless given, a digest of the SDK key, never the key itself. */
  readonly environment: string;
}

/** `user`: whatever is found by user id; `keys`: the given keys and no others (option `preload: 'declared'`). */
export type LoadReach = 'user' | 'keys';

/** Marks storages of every copy of this package: `instanceof` knows only those of its own copy. */
const BRAND = Symbol.for('nestjs-vwo:storage');

/**
 * What was decided before: type, injection token and contract in one.
 * Implementations may throw or be slow: the client guards every call.
 */
@OneInProcess('VwoStorage')
export abstract class VwoStorage {
  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /** Where settings may be kept too, because it was written for VWO's SDK and has its verbs for that. @internal */
  get settingsConnector(): SettingsConnector | undefined {
    return undefined;
  }

  /**
   * Called before the first `load` with the account and environment whose records are meant from now on: records of
   * another scope must never be found. Settles when the storage can be used; the client waits for that at its start,
   * for `startTimeout` at most. Called again after `close`, possibly for another scope; never while it is open.
   */
  open(_scope: StorageScope): void | Promise<void> {}

  /**
   * The records of one user, by key (feature key, campaign key or group key); empty when there are none.
   * `keys` are all that the current settings can ask for: a store that finds everything by user ignores them,
   * unless `reach` is `keys`. A store at hand answers without a promise: its visits wait for nothing then.
   */
  abstract load(userId: string, keys: readonly string[], reach?: LoadReach): StoredDecisions | Promise<StoredDecisions>;

  /**
   * Saves new records of one user, in one go. A record replaces only the one it was decided from (`replaces`, or none):
   * where another one is stored by now, that one stays, and the rest is saved all the same.
   * `removals` are records of features that are gone for long. A storage may ignore them, and keeps them then.
   */
  abstract save(
    userId: string,
    changes: readonly StoredChange[],
    removals?: readonly StoredRemoval[],
  ): void | Promise<void>;

  /** Forgets one user. `keys` as for `load`; undefined when nobody knows of any settings. */
  abstract forget(userId: string, keys?: readonly string[]): Promise<void>;

  /** Closes what this storage opened itself, and nothing that was handed to it. `open` makes it usable again. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Whether this is a storage, of this copy of the package or of another one. For a class, ask for its `prototype`. */
export function isVwoStorage(value: unknown): value is VwoStorage {
  return isBranded(value, BRAND);
}
