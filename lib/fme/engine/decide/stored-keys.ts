import type { CompiledSettings } from '../model/compiled-settings.js';

/** The keys of all records that deciding these features may look at. Unknown features are ignored. */
export function storedKeysFor(settings: CompiledSettings, featureKeys: readonly string[]): readonly string[] {
  const keys = new Set<string>();
  for (const featureKey of featureKeys) {
    const feature = settings.features.get(featureKey);
    if (!feature) continue;
    for (const key of feature.inputs.records) keys.add(key);
    for (const { inputs } of feature.groups) for (const key of inputs.records) keys.add(key);
  }
  return [...keys];
}

/** The keys of all records that deciding what is stored under this one may look at: a feature's, or the winner of a group. */
export function keysBehind(settings: CompiledSettings, key: string): readonly string[] {
  if (settings.features.has(key)) return storedKeysFor(settings, [key]);
  for (const { groups } of settings.features.values()) {
    for (const group of groups) if (group.key === key) return group.inputs.records;
  }
  return [key];
}
