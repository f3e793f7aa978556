import { isObject, type JsonObject } from '../../../model/index.js';
import type { ListedRule } from '../model/compiled-settings.js';
import type { ProblemLog } from '../model/problem-log.js';
import { SettingsPath } from '../model/settings-path.js';

/** A feature as the settings list it. */
export interface ListedFeature {
  readonly key: string;
  readonly feature: JsonObject;
  readonly place: SettingsPath;
}

/** Of two features with one key the first counts, as in the official SDK. */
export function featuresOf({ features }: JsonObject, problems: ProblemLog): readonly ListedFeature[] {
  const seen = new Set<string>();
  const all = new SettingsPath('features');
  return problems.list(features, all).flatMap((feature, i) => {
    const place = all.at(i);
    const key = isObject(feature) ? feature['key'] : undefined;
    if (!isObject(feature) || typeof key !== 'string') {
      problems.add(place, 'a feature needs a key');
      return [];
    }
    if (seen.has(key)) {
      problems.add(place, `there is another feature with the key "${key}"`);
      return [];
    }
    seen.add(key);
    return [{ key, feature, place }];
  });
}

export function keysById(features: readonly ListedFeature[]): ReadonlyMap<unknown, string> {
  const keys = new Map<unknown, string>();
  for (const { key, feature } of features) if (!keys.has(feature['id'])) keys.set(feature['id'], key);
  return keys;
}

export function rulesByCampaign(features: readonly ListedFeature[]): ReadonlyMap<unknown, readonly ListedRule[]> {
  const listed = new Map<unknown, ListedRule[]>();
  for (const { key, feature } of features) {
    for (const { campaignId, variationId } of rulesOf(feature)) {
      const entry = { featureKey: key, variationId };
      const known = listed.get(campaignId);
      if (known) known.push(entry);
      else listed.set(campaignId, [entry]);
    }
  }
  return listed;
}

export function eventNamesOf(features: readonly ListedFeature[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { feature } of features) {
    for (const metric of objectsIn(feature['metrics'])) {
      const name = metric['identifier'] || metric['key'];
      if (typeof name === 'string') names.add(name);
    }
  }
  return names;
}

export function rulesOf(feature: JsonObject): readonly JsonObject[] {
  return objectsIn(feature['rules']);
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
