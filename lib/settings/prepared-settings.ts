import type { SettingsProblem } from '../model/index.js';

/** Settings that were checked and made ready for deciding, as far as the keeper looks at them. */
export interface PreparedSettings {
  /** What in them was not understood: logged when it changes. */
  readonly problems: readonly SettingsProblem[];
  /** How often VWO asks to be polled, in ms. */
  readonly pollInterval?: number | undefined;
}
