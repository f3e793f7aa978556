import { type Clock, refuse, withMethods } from '../../common/index.js';
import { FileSettingsStore } from './file.settings-store.js';
import type { VwoSettingsStore } from './settings-store.js';

/**
 * The option `settingsStore`, checked. Throws `VwoOptionsError`.
 * @param settings those that were given, if any: they are not fetched
 */
export function settingsStoreOption(value: unknown, settings: unknown, clock: Clock): VwoSettingsStore | undefined {
  if (value === undefined) return undefined;
  if (settings !== undefined)
    refuse('settingsStore', 'left out when settings are given', value, 'nothing is fetched then');
  if (typeof value === 'string') return new FileSettingsStore(value, clock);
  return withMethods('settingsStore', value as VwoSettingsStore, ['load', 'save', 'claim']);
}
