import { CampaignReader } from './compile/campaign.compiler.js';
import type { CompiledFeature } from './model/compiled-feature.js';
import { CompiledSettings } from './model/compiled-settings.js';
import { compileFeature } from './compile/feature.compiler.js';
import { GroupCompiler, type ListedRule } from './compile/group.compiler.js';
import { HoldoutCompiler } from './compile/holdout.compiler.js';
import { isId, isObject, type JsonObject, stringOr } from '../../model/index.js';
import { ProblemLog } from './model/problem-log.js';
import { SettingsPath } from './model/settings-path.js';
import { SegmentCompiler } from './segment/segment.compiler.js';
import type { VwoSettings } from './model/settings.types.js';

interface RawFeature {
  readonly key: string;
  readonly feature: JsonObject;
  readonly place: SettingsPath;
}

/** Makes settings ready for deciding. Never throws, whatever they hold: what is wrong is in `problems`. */
export function compile(settings: VwoSettings): CompiledSettings {
  const raw: JsonObject = isObject(settings) ? settings : {};
  const problems = new ProblemLog();
  const accountId = isId(raw['accountId']) ? String(raw['accountId']) : '';
  if (accountId === '') problems.add(new SettingsPath('accountId'), 'missing');
  const listed = featuresOf(raw, problems);
  const segments = new SegmentCompiler(problems, keysById(listed));
  const groups = new GroupCompiler(raw, problems);
  const holdouts = new HoldoutCompiler(raw, accountId, segments, problems);
  const campaigns = new CampaignReader(raw, problems);
  const isMAU = raw['isMAU'] === true;
  const context = { accountId, segments, problems, campaigns, holdouts, isMAU, groupOf: groups.groupOf };
  const features = new Map<string, CompiledFeature>();
  for (const { key, feature, place } of listed) {
    problems.inFeature(key);
    features.set(key, compileFeature(key, feature, place, context));
  }
  problems.inFeature(undefined);
  groups.complete(features, rulesByCampaign(listed));
  const featureKeys = Object.freeze([...features.keys()]);
  const { pollInterval, sdkMetaInfo } = raw;
  return new CompiledSettings({
    problems: problems.all(),
    featureKeys,
    storedKeys: Object.freeze([...new Set([...featureKeys, ...groups.keys])]),
    eventNames: eventNamesOf(listed),
    pollInterval: typeof pollInterval === 'number' ? pollInterval : undefined,
    collectionPrefix: stringOr(raw['collectionPrefix'], undefined),
    wasInitializedEarlier: isObject(sdkMetaInfo) && sdkMetaInfo['wasInitializedEarlier'] === true,
    isMAU,
    devMode: raw['devMode'] === true,
    features,
    userLists: [...features.values()].some(({ rules }) => rules.some(({ terms }) => terms.userId === 'list-id')),
    asksGateway: [...features.values()].some(({ inputs }) => inputs.details || inputs.lists.length > 0),
  });
}

/** Of two features with one key the first counts, as in the official SDK. */
function featuresOf({ features }: JsonObject, problems: ProblemLog): readonly RawFeature[] {
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

function keysById(features: readonly RawFeature[]): ReadonlyMap<unknown, string> {
  const keys = new Map<unknown, string>();
  for (const { key, feature } of features) if (!keys.has(feature['id'])) keys.set(feature['id'], key);
  return keys;
}

function rulesByCampaign(features: readonly RawFeature[]): ReadonlyMap<unknown, readonly ListedRule[]> {
  const listed = new Map<unknown, ListedRule[]>();
  for (const { key, feature } of features) {
    for (const rule of Array.isArray(feature['rules']) ? (feature['rules'] as unknown[]) : []) {
      if (!isObject(rule)) continue;
      const { campaignId, variationId } = rule;
      const entry = { featureKey: key, variationId };
      const known = listed.get(campaignId);
      if (known) known.push(entry);
      else listed.set(campaignId, [entry]);
    }
  }
  return listed;
}

function eventNamesOf(features: readonly RawFeature[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { feature } of features) {
    for (const metric of Array.isArray(feature['metrics']) ? (feature['metrics'] as unknown[]) : []) {
      const name = isObject(metric) ? metric['identifier'] || metric['key'] : undefined;
      if (typeof name === 'string') names.add(name);
    }
  }
  return names;
}
