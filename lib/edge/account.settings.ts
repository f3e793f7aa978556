import type {
  VwoCampaign,
  VwoFeature,
  VwoGroup,
  VwoSettings,
  SettingsVariable,
  SettingsVariation,
} from '../fme/engine/index.js';
import { VwoSettingsError } from '../common/index.js';
import type { ExclusiveGroup, Feature, Rule, RuleType, Segments, VariationOptions } from './feature.rules.js';

/** What `accountSettings` takes; nothing of it is needed. */
export interface AccountOptions {
  /** @default 123456 */
  readonly accountId?: number;
  /** @default 'test-sdk-key' */
  readonly sdkKey?: string;
  readonly features?: readonly Feature[];
  readonly groups?: readonly ExclusiveGroup[];
  /** How often an SDK shall ask again, in ms. @default left out */
  readonly pollInterval?: number;
  /** @default 1 */
  readonly version?: number;
}

/** Settings as VWO sends them, complete and valid for VWO's own SDK. */
export interface AccountSettings extends VwoSettings {
  readonly version: number;
  readonly accountId: number;
  readonly sdkKey: string;
  readonly pollInterval?: number;
  readonly features: readonly FeatureSettings[];
  readonly campaigns: readonly CampaignSettings[];
  readonly groups: Readonly<Record<string, GroupSettings>>;
  /** The group of each grouped campaign; a personalise rule is `<campaignId>_<variationId>`. */
  readonly campaignGroups: Readonly<Record<string, number>>;
}

export interface FeatureSettings extends VwoFeature {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly type: 'FEATURE_FLAG';
  readonly status: 'ON';
  readonly metrics: readonly { id: number; type: string; identifier: string; mca: number }[];
  readonly rules: readonly { type: RuleType; ruleKey: string; campaignId: number; variationId?: number }[];
  readonly impactCampaign: Readonly<Record<string, never>>;
}

export interface CampaignSettings extends VwoCampaign {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly type: RuleType;
  readonly status: 'RUNNING';
  readonly segments: Segments;
  readonly isForcedVariationEnabled: boolean;
  readonly percentTraffic?: number;
  readonly salt?: string;
  readonly variations: readonly VariationSettings[];
}

export interface VariationSettings extends SettingsVariation {
  readonly id: number;
  readonly name: string;
  readonly weight: number;
  readonly segments?: Segments;
  readonly salt?: string;
  readonly variables: readonly VariableSettings[];
}

export interface VariableSettings extends SettingsVariable {
  readonly id: number;
  readonly key: string;
  readonly type: 'string' | 'integer' | 'double' | 'boolean' | 'json';
  readonly value: unknown;
}

export interface GroupSettings extends VwoGroup {
  readonly name: string;
  readonly campaigns: readonly string[];
  readonly et?: 1 | 2;
  readonly p?: readonly string[];
  readonly wt?: Readonly<Record<string, number>>;
}

/**
 * Settings for a `VwoEdge`, or for the option `settings`, from a description of what matters. Features and campaigns
 * are numbered from 1 in the order given, so adding one at the end changes nobody's bucket.
 *
 * ```ts
 * accountSettings({
 *   features: [
 *     feature('new-checkout', [rollout({ percent: 50, variables: { button: 'green' } })], { metrics: ['orderPlaced'] }),
 *     feature('greeting', [personalise({ when: { plan: 'gold' }, variables: { text: 'Welcome back' } })]),
 *   ],
 * });
 * ```
 */
export function accountSettings(options: AccountOptions = {}): AccountSettings {
  const {
    accountId = 123456,
    sdkKey = 'test-sdk-key',
    version = 1,
    features = [],
    groups = [],
    pollInterval,
  } = options;
  refuseTwins(features.map(({ key }) => key));
  let campaigns = 0;
  const built = features.map((given, index) => builtFeature(given, index + 1, () => (campaigns += 1)));
  return {
    version,
    accountId,
    sdkKey,
    ...(pollInterval !== undefined && { pollInterval }),
    features: built.map(({ feature }) => feature),
    campaigns: built.flatMap((each) => each.campaigns),
    ...builtGroups(
      groups,
      built.map(({ feature }) => feature),
    ),
  };
}

interface BuiltFeature {
  readonly feature: FeatureSettings;
  readonly campaigns: readonly CampaignSettings[];
}

const RULE_NAME: Readonly<Record<RuleType, string>> = {
  FLAG_ROLLOUT: 'rolloutRule',
  FLAG_TESTING: 'testingRule',
  FLAG_PERSONALIZE: 'personalizeRule',
};

function builtFeature({ key, rules, metrics }: Feature, id: number, nextCampaign: () => number): BuiltFeature {
  const variableIds = new Map<string, number>();
  const linked = rules.map((rule, index) => {
    const nth = rules.slice(0, index + 1).filter(({ type }) => type === rule.type).length;
    const ruleKey = rule.ruleKey ?? `${RULE_NAME[rule.type]}${nth}`;
    return { ruleKey, campaign: builtCampaign(rule, nextCampaign(), `${key}_${ruleKey}`, variableIds) };
  });
  return {
    campaigns: linked.map(({ campaign }) => campaign),
    feature: {
      id,
      key,
      name: key,
      type: 'FEATURE_FLAG',
      status: 'ON',
      metrics: metrics.map((identifier, at) => ({ id: at + 1, type: 'CUSTOM_GOAL', identifier, mca: -1 })),
      rules: linked.map(({ ruleKey, campaign: { type, id: campaignId } }) => ({
        type,
        ruleKey,
        campaignId,
        ...(type !== 'FLAG_TESTING' && { variationId: 1 }),
      })),
      impactCampaign: {},
    },
  };
}

/** Where VWO keeps segment, share and salt depends on the type: an A/B test's campaign, any other rule's variation. */
function builtCampaign(rule: Rule, id: number, key: string, variableIds: Map<string, number>): CampaignSettings {
  const segments = rule.segments ?? segmentsOf(rule.when);
  const salt = rule.salt === undefined ? {} : { salt: rule.salt };
  const common = { id, key, name: key, type: rule.type, status: 'RUNNING' } as const;
  const variations = rule.variations.map((each, index): VariationSettings => ({
    id: index + 1,
    name: each.name ?? (index === 0 ? 'Default' : `Variation-${index}`),
    weight: each.weight ?? 100 / rule.variations.length,
    variables: builtVariables(each, variableIds),
    ...(each.forcedFor && { segments: { or: [{ user: each.forcedFor.join(',') }] } }),
  }));
  if (rule.type === 'FLAG_TESTING') {
    const isForcedVariationEnabled = rule.variations.some(({ forcedFor }) => forcedFor !== undefined);
    return { ...common, ...salt, segments, isForcedVariationEnabled, percentTraffic: rule.percent ?? 100, variations };
  }
  const delivered = variations.map((each) => ({ ...each, ...salt, segments, weight: rule.percent ?? 100 }));
  return { ...common, segments: {}, isForcedVariationEnabled: false, variations: delivered };
}

function builtVariables({ variables = {} }: VariationOptions, ids: Map<string, number>): VariableSettings[] {
  return Object.entries(variables).map(([key, value]) => {
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return { id, key, type: typeOf(value), value };
  });
}

function typeOf(value: unknown): VariableSettings['type'] {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'double';
  return 'json';
}

function segmentsOf(when: Readonly<Record<string, string>> = {}): Segments {
  const all = Object.entries(when).map(([name, value]) => ({ or: [{ custom_variable: { [name]: value } }] }));
  return all.length === 0 ? {} : { and: all };
}

function builtGroups(
  groups: readonly ExclusiveGroup[],
  features: readonly FeatureSettings[],
): Pick<AccountSettings, 'groups' | 'campaignGroups'> {
  const built: Record<string, GroupSettings> = {};
  const campaignGroups: Record<string, number> = {};
  for (const [index, { name, members, priority = [], weights = {} }] of groups.entries()) {
    const place = (member: string) => campaignOf(member, features, name);
    const advanced = priority.length > 0 || Object.keys(weights).length > 0;
    built[index + 1] = {
      name,
      campaigns: members.map(place),
      et: advanced ? 2 : 1,
      ...(advanced && {
        p: priority.map(place),
        wt: Object.fromEntries(Object.entries(weights).map(([member, weight]) => [place(member), weight])),
      }),
    };
    for (const campaign of members.map(place)) {
      if (campaign in campaignGroups)
        throw new VwoSettingsError(`Group "${name}": campaign ${campaign} is in two groups`);
      campaignGroups[campaign] = index + 1;
    }
  }
  return { groups: built, campaignGroups };
}

/** VWO's name of a grouped campaign: its id, for a personalise rule `<id>_<variationId>`. */
function campaignOf(member: string, features: readonly FeatureSettings[], group: string): string {
  const rules = features.flatMap((each) =>
    each.rules
      .filter(({ type }) => type !== 'FLAG_ROLLOUT')
      .filter(({ ruleKey }) => member === each.key || member === `${each.key}.${ruleKey}`),
  );
  const [rule] = rules;
  if (!rule || rules.length > 1) {
    const found = rules.length === 0 ? 'no experiment' : `${rules.length} experiments`;
    throw new VwoSettingsError(`Group "${group}": "${member}" names ${found}; name one as "<feature key>.<rule key>"`);
  }
  return rule.variationId === undefined ? String(rule.campaignId) : `${rule.campaignId}_${rule.variationId}`;
}

function refuseTwins(keys: readonly string[]): void {
  const twin = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twin !== undefined) throw new VwoSettingsError(`Two features have the key "${twin}"`);
}
