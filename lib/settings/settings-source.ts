import type { VwoSettingsAddress } from './store/index.js';

/** Where settings come from. */
export interface SettingsSource {
  /** For messages: `VWO (account 123456)`. */
  readonly name: string;
  /** Whether they can change: false means that they are not polled. */
  readonly changes: boolean;
  /** Whether the first fetch is tried again after a failure. False: waiting does not help, and the start is refused at once. */
  readonly isRetried: boolean;
  /** As whose a settings store keeps them; undefined: it does not. */
  readonly keptAs?: VwoSettingsAddress['product'];
  /** The settings as JSON (UTF-8), not parsed yet. Rejects when they cannot be fetched; never takes longer than its own deadline. */
  fetch(): Promise<Buffer>;
}
