import { stat } from 'node:fs/promises';
import { systemClock, within } from '../common/index.js';
import type { SettingsPlace } from './account/index.js';

/** How often a file is looked at, and VWO is asked, in ms. */
const FILE_MS = 250;
const VWO_MS = 30_000;

/**
 * Changes of settings from the moment of `from` on, which is before the settings are first read. A file is looked at by its path, so
 * that it may be replaced, and be gone for a while.
 */
export class SettingsChanges {
  private constructor(
    private readonly file: string | undefined,
    private seen: string | undefined,
  ) {}

  static async from({ file }: SettingsPlace): Promise<SettingsChanges> {
    return new SettingsChanges(file, await stateOf(file));
  }

  /**
   * Does the work each time when the settings may have changed, one time after another. Settles once `ended` has, and work that is
   * under way then is done.
   * @param work never rejects
   */
  async follow(work: () => Promise<void>, ended: Promise<void>): Promise<void> {
    let isEnded = false;
    const end = ended.then(() => void (isEnded = true));
    while (!isEnded) {
      await within(systemClock, this.file === undefined ? VWO_MS : FILE_MS, end, undefined, true);
      if (!isEnded && (await this.haveCome())) await work();
    }
  }

  /** Whether they may have changed since this was last asked. */
  private async haveCome(): Promise<boolean> {
    const before = this.seen;
    this.seen = await stateOf(this.file);
    return this.seen === undefined || this.seen !== before;
  }
}

/** Undefined for VWO: only its answer would say. */
async function stateOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const found = await stat(file).catch(() => undefined);
  return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : 'none';
}
