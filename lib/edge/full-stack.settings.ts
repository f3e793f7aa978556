import type {
  FullStackCampaign,
  FullStackGoal,
  FullStackGroup,
  FullStackSettings,
  FullStackVariable,
  FullStackVariation,
} from '../full-stack/index.js';
import { VwoSettingsError } from '../common/index.js';
import type { Segments, Variables } from './feature.rules.js';

/** What `fullStackSettings` takes; nothing of it is needed. */
export interface FullStackAccountOptions {
  /** @default 123456 */
  readonly accountId?: number;
  /** @default 'test-sdk-key' */
  readonly sdkKey?: string;
  /** Made by `visualAb`, `featureRollout` and `featureTest`; numbered from 1 in this order. */
  readonly campaigns?: readonly CampaignDescription[];
  readonly groups?: readonly CampaignGroup[];
  /** VWO's event architecture: single events with properties instead of batches. @default false */
  readonly eventArchitecture?: boolean;
}

interface CampaignOptions {
  /** Custom variables that must all have these values: `{ plan: 'gold' }`. */
  readonly when?: Readonly<Record<string, string>>;
  /** Any segment, instead of `when`. @default everybody */
  readonly segments?: Segments;
  /** Share of these users who get in, in percent. @default 100 */
  readonly percent?: number;
  /** @default none */
  readonly goals?: readonly (string | GoalDescription)[];
  /** @default 'RUNNING' */
  readonly status?: string;
}

export interface GoalDescription {
  readonly identifier: string;
  /** Whether it is worth money. @default false */
  readonly revenue?: boolean;
  /** The event property that holds the amount. */
  readonly revenueProp?: string;
  /** -1: every occurrence counts. */
  readonly mca?: number;
}

export interface CampaignVariation {
  /** @default `Control`, `Variation-1`, … */
  readonly name?: string;
  /** In percent. @default an equal share of what the others leave */
  readonly weight?: number;
  /** Ids of users who get this variation whatever the traffic is. */
  readonly forcedFor?: readonly string[];
}

export interface FeatureVariation extends CampaignVariation {
  /** Whether the feature is on in it. @default true */
  readonly enabled?: boolean;
  readonly variables?: Variables;
}

export interface CampaignDescription extends CampaignOptions {
  readonly key: string;
  readonly type: 'VISUAL_AB' | 'FEATURE_ROLLOUT' | 'FEATURE_TEST';
  readonly variations: readonly FeatureVariation[];
  /** Of a rollout. */
  readonly variables?: Variables;
}

/** Of these campaigns a user gets into one at most. */
export interface CampaignGroup {
  readonly name: string;
  /** Campaign keys. */
  readonly campaigns: readonly string[];
}

/** An A/B test: which of several variations. */
export function visualAb(
  key: string,
  { variations = [{}, {}], ...options }: CampaignOptions & { readonly variations?: readonly CampaignVariation[] } = {},
): CampaignDescription {
  return { key, type: 'VISUAL_AB', variations, ...options };
}

/** A feature that is on for a share of the users. */
export function featureRollout(
  key: string,
  options: CampaignOptions & { readonly variables?: Variables; readonly forcedFor?: readonly string[] } = {},
): CampaignDescription {
  const { forcedFor, ...others } = options;
  const website = { name: 'website', ...(forcedFor && { forcedFor }) };
  return { key, type: 'FEATURE_ROLLOUT', variations: [website], ...others };
}

/** A feature with several sets of variables; the control is the first variation. */
export function featureTest(
  key: string,
  options: CampaignOptions & { readonly variations: readonly FeatureVariation[] },
): CampaignDescription {
  return { key, type: 'FEATURE_TEST', ...options };
}

/**
 * A settings file of VWO Full Stack from a description of what matters: for a `VwoEdge`, or for the option `settingsFile`.
 *
 * ```ts
 * fullStackSettings({
 *   campaigns: [
 *     visualAb('checkout-test', { goals: ['bought'] }),
 *     featureRollout('banner', { percent: 50, variables: { text: 'Hello' } }),
 *   ],
 * });
 * ```
 */
export function fullStackSettings(options: FullStackAccountOptions = {}): FullStackSettings {
  const { accountId = 123456, sdkKey = 'test-sdk-key', campaigns: given = [], groups = [] } = options;
  const campaigns = given.map((campaign, index) => builtCampaign(campaign, index + 1));
  return {
    version: 1,
    accountId,
    sdkKey,
    isEventArchEnabled: options.eventArchitecture ?? false,
    campaigns,
    ...builtGroups(groups, campaigns),
  };
}

function builtCampaign(given: CampaignDescription, id: number): FullStackCampaign {
  const { key, type, variations, goals = [], variables } = given;
  const share = shareOf(variations);
  return {
    id,
    key,
    name: key,
    type,
    status: given.status ?? 'RUNNING',
    percentTraffic: given.percent ?? 100,
    isForcedVariationEnabled: variations.some(({ forcedFor }) => forcedFor !== undefined),
    segments: given.segments ?? segmentsOf(given.when),
    goals: goals.map((goal, index) => builtGoal(goal, id * 100 + index + 1)),
    variations: variations.map((variation, index) => builtVariation(variation, index, type, share)),
    ...(type === 'FEATURE_ROLLOUT' && { variables: builtVariables(variables) }),
  };
}

function builtVariation(
  { name, weight, forcedFor, enabled, variables }: FeatureVariation,
  index: number,
  type: CampaignDescription['type'],
  share: number,
): FullStackVariation {
  return {
    id: index + 1,
    name: name ?? (index === 0 ? 'Control' : `Variation-${index}`),
    weight: weight ?? share,
    changes: {},
    segments: forcedFor ? { or: [{ user: forcedFor.join(',') }] } : {},
    ...(type === 'FEATURE_TEST' && { isFeatureEnabled: enabled ?? true, variables: builtVariables(variables) }),
  };
}

/** The weight of each variation that is given none. */
function shareOf(variations: readonly CampaignVariation[]): number {
  const given = variations.flatMap(({ weight }) => (weight === undefined ? [] : [weight]));
  const left = 100 - given.reduce((sum, weight) => sum + weight, 0);
  return left / Math.max(1, variations.length - given.length);
}

function builtGoal(given: string | GoalDescription, id: number): FullStackGoal {
  const { identifier, revenue = false, ...more } = typeof given === 'string' ? { identifier: given } : given;
  return { id, identifier, type: revenue ? 'REVENUE_TRACKING' : 'CUSTOM_GOAL', ...more };
}

function builtVariables(variables: Variables = {}): FullStackVariable[] {
  return Object.entries(variables).map(([key, value], index) => ({ id: index + 1, key, type: typeOf(value), value }));
}

function typeOf(value: Variables[string]): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'double';
  return typeof value === 'object' ? 'json' : typeof value;
}

function segmentsOf(when: Readonly<Record<string, string>> = {}): Segments {
  const all = Object.entries(when).map(([name, value]) => ({ or: [{ custom_variable: { [name]: value } }] }));
  return all.length === 0 ? {} : { and: all };
}

function builtGroups(
  groups: readonly CampaignGroup[],
  campaigns: readonly FullStackCampaign[],
): Pick<FullStackSettings, 'groups' | 'campaignGroups'> {
  const built: Record<string, FullStackGroup> = {};
  const campaignGroups: Record<string, number> = {};
  for (const [index, { name, campaigns: members }] of groups.entries()) {
    const ids = members.map((key) => {
      const campaign = campaigns.find((each) => each.key === key);
      if (!campaign) throw new VwoSettingsError(`Group "${name}": there is no campaign "${key}"`);
      return Number(campaign.id);
    });
    built[index + 1] = { name, groupName: name, campaigns: ids };
    for (const id of ids) campaignGroups[id] = index + 1;
  }
  return { groups: built, campaignGroups };
}
