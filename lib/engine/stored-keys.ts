import type { CompiledSettings } from './compiled-settings.js';

/** The keys of all records that deciding these features may look at. Unknown features are ignored. */
export function storedKeysFor(settings: CompiledSettings, featureKeys: readonly string[]): readonly string[] {
  return featureKeys.filter((key) => settings.has(key));
}
