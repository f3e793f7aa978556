import { isId, isObject, type JsonObject, objectsIn } from '../../../model/index.js';
import type { ListedRule } from '../model/compiled-settings.js';
import type { ProblemLog } from '../model/problem-log.js';
import { SettingsPath } from '../model/settings-path.js';

export const FEATURES = new SettingsPath('features');

/** A feature as the settings list it. */
export interface ListedFeature {
  readonly key: string;
  readonly feature: JsonObject;
  /** Its place in the list. */
  readonly index: number;
}

/** Of two features with one key the first counts, as in the official SDK. */
export function featuresOf({ features }: JsonObject, problems: ProblemLog): readonly ListedFeature[] {
  const seen = new Set<string>();
  const listed: ListedFeature[] = [];
  for (const [index, feature] of problems.list(features, FEATURES).entries()) {
    const key = isObject(feature) ? feature['key'] : undefined;
    if (!isObject(feature) || typeof key !== 'string') problems.add(FEATURES.at(index), 'a feature needs a key');
    else if (seen.has(key)) problems.add(FEATURES.at(index), `there is another feature with the key "${key}"`);
    else {
      seen.add(key);
      listed.push({ key, feature, index });
    }
  }
  return listed;
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

/** The custom events by which a feature is measured. */
export function eventNamesOf(feature: JsonObject): readonly string[] {
  const names = objectsIn(feature['metrics']).map((metric) => metric['identifier'] || metric['key']);
  return names.filter((name) => typeof name === 'string');
}

export function rulesOf(feature: JsonObject): readonly JsonObject[] {
  return objectsIn(feature['rules']);
}

/** The campaigns that a mutually exclusive group lists, each as ids are written: `'5_2'` is campaign 5, and `'05'` too. */
export function campaignsIn(group: unknown): readonly string[] {
  const campaigns = isObject(group) ? group['campaigns'] : undefined;
  return Array.isArray(campaigns) ? campaigns.filter(isId).flatMap((name) => campaignOf(String(name))) : [];
}

/** The same of one name, each once. */
export function campaignOf(name: string): readonly string[] {
  const campaign = name.replace(/_.*/, '');
  const asNumber = String(Number(campaign));
  return campaign === asNumber ? [campaign] : [campaign, asNumber];
}
