import { Diagnostics } from '../../../lib/common/index.js';
import { type SettingsKeeperOptions, StoredSettings, type VwoSettingsStore } from '../../../lib/settings/index.js';
import type { MovedClock } from '../../common/moved-clock.js';
import { listener } from '../../transport/loopback.js';
import { keeperOf, type Marked, type ScriptedSource } from '../kept.fixture.js';

export const ADDRESS = { accountId: '123456', environment: 'test', product: 'fme' } as const;

/** A keeper with a settings store. Keepers of one clock and one store are instances of one fleet. */
export function storedKeeperOf(
  source: ScriptedSource,
  store: VwoSettingsStore,
  clock: MovedClock,
  options: Partial<SettingsKeeperOptions<Marked>> & { readonly maxAge?: number } = {},
) {
  const { maxAge = 7 * 86_400_000, startTimeout = 5_000, ...rest } = options;
  const logger = listener();
  const diagnostics = new Diagnostics(logger, clock);
  const stored = new StoredSettings({ store, address: ADDRESS, maxAge, startTimeout, diagnostics, clock });
  const kept = Object.assign(source, { keptAs: 'fme' as const });
  const { keeper, changes } = keeperOf(kept, { clock, diagnostics, stored, startTimeout, ...rest });
  return { keeper, changes, source, lines: logger.lines, counted: () => diagnostics.snapshot() };
}
