import { isId, isObject, type JsonObject, stringOr } from '../../model/index.js';
import { CampaignReader } from './compile/campaign.compiler.js';
import { compileFeature, type FeatureCompileContext } from './compile/feature.compiler.js';
import { GroupCompiler } from './compile/group.compiler.js';
import { HoldoutCompiler } from './compile/holdout.compiler.js';
import { eventNamesOf, FEATURES, featuresOf, keysById, type ListedFeature, rulesByCampaign } from './compile/listed.js';
import { UnchangedFeatures } from './compile/unchanged.js';
import type { CompiledFeature } from './model/compiled-feature.js';
import { CompiledSettings, type SettingsSources } from './model/compiled-settings.js';
import { ProblemLog } from './model/problem-log.js';
import { SettingsPath } from './model/settings-path.js';
import type { VwoSettings } from './model/settings.types.js';
import { SegmentCompiler } from './segment/segment.compiler.js';

/** Makes settings ready for deciding. Never throws, whatever they hold: what is wrong is in `problems`. */
export function compile(settings: VwoSettings): CompiledSettings {
  const steps = compileSteps(settings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * The same in steps, each of them short however many features there are. What is the same object as in the settings that were compiled
 * before, feature and campaigns, is not compiled again: settings must not be changed once they were compiled.
 */
export function* compileSteps(settings: VwoSettings, before?: CompiledSettings): Generator<void, CompiledSettings> {
  const raw: JsonObject = isObject(settings) ? settings : {};
  const problems = new ProblemLog();
  const accountId = isId(raw['accountId']) ? String(raw['accountId']) : '';
  if (accountId === '') problems.add(new SettingsPath('accountId'), 'missing');
  const listed = featuresOf(raw, problems);
  yield;
  const keys = keysById(listed);
  const segments = new SegmentCompiler(problems, keys);
  const holdouts = new HoldoutCompiler(raw, accountId, segments, problems);
  yield;
  const campaigns = yield* CampaignReader.of(raw, problems);
  const isMAU = raw['isMAU'] === true;
  const sources = sourcesOf(raw, { isMAU, listed, keysById: keys, campaigns });
  const unchanged = new UnchangedFeatures(before, sources);
  yield;
  const groups = unchanged.groups ?? new GroupCompiler(raw, problems);
  const context = { accountId, segments, problems, campaigns, holdouts, isMAU, groupOf: groups.groupOf };
  const compiled = yield* compileFeatures(listed, unchanged, context);
  const { features } = compiled;
  if (groups !== unchanged.groups) groups.complete(features, rulesByCampaign(listed));
  yield;
  const featureKeys = Object.freeze([...features.keys()]);
  const { pollInterval, sdkMetaInfo, version } = raw;
  return new CompiledSettings({
    problems: problems.all(),
    version: isId(version) ? version : undefined,
    featureKeys,
    storedKeys: Object.freeze([...new Set([...featureKeys, ...groups.keys])]),
    pollInterval: typeof pollInterval === 'number' ? pollInterval : undefined,
    collectionPrefix: stringOr(raw['collectionPrefix'], undefined),
    wasInitializedEarlier: isObject(sdkMetaInfo) && sdkMetaInfo['wasInitializedEarlier'] === true,
    isMAU,
    devMode: raw['devMode'] === true,
    ...compiled,
    sources,
    groups,
  });
}

type CompiledFeatures = Pick<CompiledSettings, 'features' | 'eventNames' | 'userLists' | 'asksGateway'>;

function* compileFeatures(
  listed: readonly ListedFeature[],
  unchanged: UnchangedFeatures,
  context: FeatureCompileContext,
): Generator<void, CompiledFeatures> {
  const { problems } = context;
  const features = new Map<string, CompiledFeature>();
  const eventNames = new Set<string>();
  let userLists = false;
  let asksGateway = false;
  for (const { key, feature, index } of listed) {
    problems.inFeature(key);
    const compiled = unchanged.feature(key, feature) ?? compileFeature(key, feature, FEATURES.at(index), context);
    features.set(key, compiled);
    for (const name of eventNamesOf(feature)) eventNames.add(name);
    userLists ||= compiled.rules.some(({ terms }) => terms.userId === 'list-id');
    asksGateway ||= compiled.inputs.details || compiled.inputs.lists.length > 0;
    yield;
  }
  problems.inFeature(undefined);
  return { features, eventNames, userLists, asksGateway };
}

interface Read {
  readonly isMAU: boolean;
  readonly listed: readonly ListedFeature[];
  readonly keysById: ReadonlyMap<unknown, string>;
  readonly campaigns: CampaignReader;
}

function sourcesOf(raw: JsonObject, { listed, campaigns, ...read }: Read): SettingsSources {
  const { accountId, holdouts, groups, campaignGroups } = raw;
  const features = new Map(listed.map(({ key, feature }) => [key, feature]));
  const listedCampaigns = Array.isArray(raw['campaigns']) ? raw['campaigns'] : [];
  return { ...read, accountId, holdouts, groups, campaignGroups, features, campaigns: campaigns.raw, listedCampaigns };
}
