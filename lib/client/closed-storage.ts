import type { Clock } from '../common/index.js';
import type { Diagnostics } from '../common/index.js';
import type { VwoStorage } from '../storage/index.js';
import { errorText, within } from '../common/index.js';

const LATE = Symbol('late');

/** Closes a storage in bounded time; what goes wrong is said, and holds up nobody. */
export async function closeStorage(
  storage: VwoStorage,
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
