/** Whose settings: what is kept for one of these is never given to another. */
export interface VwoSettingsAddress {
  readonly accountId: string;
  /** The option `environment`; unless given, a digest of the SDK key. */
  readonly environment: string;
  readonly product: 'fme' | 'full-stack';
}

/** Settings as VWO gave them, and when that was. They hold the SDK key of their environment. */
export interface VwoKeptSettings {
  /** JSON text, to be kept as it is. */
  readonly settings: string;
  /** How long ago VWO gave them, or gave the same ones again, in ms. */
  readonly age: number;
}

/**
 * Where the last good settings are kept: a new instance starts on them while VWO is away, and of many instances one fetches while
 * the others read. Every call may give a promise. What a call throws or rejects with is logged and counted; an answer that takes
 * longer than a second, or than a quarter of `startTimeout`, is not waited for. Either way the client goes on as if there were no
 * store.
 */
export interface VwoSettingsStore {
  /** What was saved last; undefined or null where nothing was. */
  load(address: VwoSettingsAddress): VwoKeptSettings | null | undefined | Promise<VwoKeptSettings | null | undefined>;
  /** Keeps settings. What was fetched before those that are kept may be left out. */
  save(address: VwoSettingsAddress, kept: VwoKeptSettings): void | Promise<void>;
  /** Takes the turn to fetch, for `ms` milliseconds: false while another instance has it. It ends by itself and is never given back. */
  claim(address: VwoSettingsAddress, ms: number): boolean | Promise<boolean>;
  /**
   * Calls `changed` when other settings may have been saved, by whomever, and when it cannot be sure. Where a store has it, every client
   * calls it once at its start; the answer ends it, and is called when the client closes.
   */
  watch?(address: VwoSettingsAddress, changed: () => void): Ends | Promise<Ends>;
}

type Ends = () => void | Promise<void>;
