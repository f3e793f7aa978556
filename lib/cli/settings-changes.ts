import { type Stats, unwatchFile, watchFile } from 'node:fs';
import type { SettingsPlace } from './account/index.js';

/** How often a file is looked at, and VWO is asked, in ms. */
const FILE_MS = 250;
const VWO_MS = 30_000;

/**
 * Does the work each time when the settings may have changed, one time after another, until the answer is called. A file is looked
 * at by its path, so that it may be replaced, and be gone for a while.
 * @param work never rejects
 */
export function onSettingsChange({ file }: SettingsPlace, work: () => Promise<void>): () => void {
  let done = Promise.resolve();
  const again = (): void => void (done = done.then(work));
  if (file === undefined) {
    const timer = setInterval(again, VWO_MS);
    return () => clearInterval(timer);
  }
  const listener = (now: Stats, before: Stats): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) again();
  };
  watchFile(file, { interval: FILE_MS }, listener);
  return () => unwatchFile(file, listener);
}
