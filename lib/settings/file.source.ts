import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorText, VwoSettingsError } from '../common/index.js';
import type { SettingsSource } from './settings-source.js';

/** Settings in a JSON file, read again at each poll. A relative path starts at the working directory of the process. */
export class FileSettingsSource implements SettingsSource {
  /** The absolute path. */
  readonly name: string;
  readonly changes = true;
  readonly isRetried = false;

  constructor(path: string) {
    this.name = resolve(path);
  }

  fetch(): Promise<Buffer> {
    return readFile(this.name).catch((cause: unknown) => {
      throw new VwoSettingsError(`The settings file ${this.name} cannot be read: ${errorText(cause)}`, { cause });
    });
  }
}
