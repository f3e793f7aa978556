import type { Clock, Diagnostics } from '../common/index.js';
import type { SettingsProblem } from '../model/index.js';
import type { SettingsSource } from './settings-source.js';
import type { StoredSettings } from './store/index.js';

/** Settings that were checked and made ready for deciding, as far as the keeper looks at them. */
export interface PreparedSettings {
  /** What in them was not understood: logged when it changes. */
  readonly problems: readonly SettingsProblem[];
  /** The `version` that VWO has given them; undefined where they have none. */
  readonly version?: string | number | undefined;
  /** How often VWO asks to be polled, in ms. */
  readonly pollInterval?: number | undefined;
}

/** Which settings are in force, and how old they are. */
export interface SettingsFacts {
  /** The `version` in them; undefined where they have none, and before the first came. */
  readonly version: string | number | undefined;
  /** When their source last gave them, new or unchanged, in ms since the epoch; undefined before the first came. */
  readonly fetchedAt: number | undefined;
  /** How long ago that is, in ms, on a clock that never jumps; undefined before the first came, and where they were given as an object. */
  readonly age: number | undefined;
}

export interface SettingsKeeperOptions<S extends PreparedSettings> {
  source: SettingsSource;
  /** Checks the JSON that arrived and makes it ready for deciding, in bounded time. Where it throws or rejects, the last good stay. */
  prepare: (json: Buffer) => S | Promise<S>;
  /** In ms. @default the settings' own `pollInterval`, else 600,000 */
  pollInterval: number | undefined;
  /** How long `start` waits, in ms. */
  startTimeout: number;
  onStartFailure: 'continue' | 'fail';
  diagnostics: Diagnostics;
  clock: Clock;
  /** Where the last good settings are kept. @default nowhere */
  stored?: StoredSettings | undefined;
  /** For the waits between polls and tries; from 0 to 1. @default `Math.random` */
  random?: () => number;
  /**
   * Called with the first settings and at every change, when they are in force. `before`: those that were in force; undefined: there
   * were none. Must not throw.
   */
  onChange?: (settings: S, before: S | undefined) => void;
}
