import type { Clock } from '../common/index.js';
import type { Diagnostics } from '../common/index.js';
import type { StorageLease, StorageScope } from '../storage/index.js';
import { errorText, VwoOptionsError, within } from '../common/index.js';

const LATE = Symbol('late');

/** Opens a storage in bounded time. What goes wrong is logged, and every visit tries again; rejects where none could ever work. */
export async function openStorage(
  storage: StorageLease,
  scope: StorageScope,
  timeout: number,
  clock: Clock,
  diagnostics: Diagnostics,
): Promise<void> {
  const failed = (why: string): void =>
    diagnostics.warn('storage-open', `The storage is not open yet: ${why}. Visits go on without it meanwhile.`);
  try {
    const outcome = await within(clock, timeout, storage.open(scope), LATE);
    if (outcome === LATE) failed(`no answer within ${timeout} ms (\`startTimeout\`)`);
  } catch (error) {
    if (error instanceof VwoOptionsError) throw error;
    failed(errorText(error));
  }
}

/** Closes a storage in bounded time; what goes wrong is said, and holds up nobody. */
export async function closeStorage(
  storage: StorageLease,
  timeout: number,
  clock: Clock,
  diagnostics: Diagnostics,
): Promise<void> {
  try {
    const outcome = await within(clock, timeout, storage.close(), LATE);
    if (outcome === LATE) diagnostics.error('The storage did not close in time.');
  } catch (error) {
    diagnostics.error(`The storage did not close: ${errorText(error)}`);
  }
}
