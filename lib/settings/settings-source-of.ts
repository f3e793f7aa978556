import { FileSettingsSource } from './file.source.js';
import { GivenSettingsSource } from './given.source.js';
import type { SettingsSource } from './settings-source.js';

/** Where the settings of a client come from: VWO, unless an object or the path of a JSON file was given. */
export function settingsSourceOf(given: object | string | undefined, vwo: SettingsSource): SettingsSource {
  if (given === undefined) return vwo;
  return typeof given === 'string' ? new FileSettingsSource(given) : new GivenSettingsSource(given);
}
