import { errorText, VwoSettingsError } from '../common/index.js';
import type { SettingsSource } from './settings-source.js';

/** Settings given as an object. Each fetch gives a copy: what the owner changes later counts at the next `refresh` only. */
export class GivenSettingsSource implements SettingsSource {
  readonly name = 'the given object';
  readonly changes = false;
  readonly isRetried = false;

  constructor(private readonly settings: object) {}

  async fetch(): Promise<Buffer> {
    try {
      return Buffer.from(String(JSON.stringify(this.settings)));
    } catch (cause) {
      throw new VwoSettingsError(`The given settings are not JSON: ${errorText(cause)}`, { cause });
    }
  }
}
