import type { Decision, DecisionEvent, FlagReason, Id } from '../../../model/index.js';
import type { HashPrefix } from '../bucketing/murmur3.js';
import type { FeatureHoldout } from './compiled-holdout.js';
import type { CompiledVariation, ForcedVariation } from './compiled-variation.js';
import type { DecisionInputs } from './decision-inputs.js';
import type { SegmentTest } from './segment.js';
import type { SegmentTerms } from './segment-terms.js';

/** `other`: a type that this engine does not know; it never decides, and takes part in groups only. */
export type RuleKind = 'rollout' | 'testing' | 'personalize' | 'other';

/** Why rules let a user in nowhere. */
export type RuleRefusal = Extract<FlagReason, 'no-rule' | 'traffic' | 'group'>;

/** Why a known feature is off for a known user; `no-rule` is told as `disabled` where the feature has none. */
export type OffReason = RuleRefusal | 'holdout';

/** One feature, ready for deciding. */
export interface CompiledFeature {
  readonly key: string;
  readonly id: Id | undefined;
  /** As the settings have it. */
  readonly name: unknown;
  /** All rules whose campaign is there, in order. */
  readonly rules: readonly CompiledRule[];
  readonly rollouts: readonly CompiledRule[];
  readonly experiments: readonly CompiledRule[];
  readonly holdouts: readonly FeatureHoldout[];
  readonly impact: { readonly on: DecisionEvent; readonly off: DecisionEvent } | undefined;
  /** Off, with nothing to store. */
  readonly off: Readonly<Record<OffReason, Decision>>;
  /** What its own rules and holdout groups look at. */
  readonly inputs: DecisionInputs;
  /** The mutually exclusive groups of its experiments. */
  readonly groups: readonly CompiledGroup[];
}

/** One rule of one feature, with its campaign. */
export interface CompiledRule {
  readonly kind: RuleKind;
  readonly campaignId: Id;
  readonly campaignKey: string;
  readonly ruleKey: unknown;
  /** By what its segments know the user. */
  readonly terms: SegmentTerms;
  readonly whitelistTerms: SegmentTerms;
  /** Undefined: everybody. */
  readonly segment: SegmentTest | undefined;
  readonly traffic: HashPrefix;
  /** Who is in a bucket (1 to 100) up to this one gets in. NaN: nobody. */
  readonly trafficWeight: number;
  /** Decides between the variations of a test. */
  readonly split: HashPrefix;
  readonly variations: readonly CompiledVariation[];
  /** The first variation's: a group calls a personalise rule by it. Undefined: there is none. */
  readonly firstId: Id | undefined;
  /** Those that some users are forced into: their flags say so. */
  readonly forced: readonly ForcedVariation[];
  readonly group: CompiledGroup | undefined;
  /** How the winner of a group is called if it is this rule. */
  readonly winnerName: Id;
  /** `records`: the features whose stored decision its segments ask for. */
  readonly inputs: DecisionInputs;
}

/** A mutually exclusive group. */
export interface CompiledGroup {
  /** Under which its winner is stored. */
  readonly key: string;
  readonly shares: HashPrefix;
  readonly random: boolean;
  /** Names of campaigns, most important first. */
  readonly priority: readonly string[];
  readonly weights: ReadonlyMap<string, number>;
  readonly members: readonly GroupMember[];
  /** What finding a winner looks at, in all features of the group. */
  readonly inputs: DecisionInputs;
}

export interface GroupMember {
  readonly feature: CompiledFeature;
  readonly rules: readonly CompiledRule[];
}
