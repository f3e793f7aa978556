import type { Decision, DecisionEvent } from '../../../model/index.js';
import type { DecidedFlag } from '../../../model/index.js';
import type { Id } from '../../../model/index.js';
import type { HashPrefix } from '../bucketing/murmur3.js';
import type { ListQuestion, SegmentTest } from './segment.js';

/** `other`: a type that this engine does not know; it never decides, and takes part in groups only. */
export type RuleKind = 'rollout' | 'testing' | 'personalize' | 'other';

/** One feature, ready for deciding. */
export interface CompiledFeature {
  readonly key: string;
  readonly id: Id | undefined;
  /** All rules whose campaign is there, in order. */
  readonly rules: readonly CompiledRule[];
  readonly rollouts: readonly CompiledRule[];
  readonly experiments: readonly CompiledRule[];
  /** Of all rules, also those whose campaign is missing. */
  readonly campaignIds: readonly unknown[];
  readonly holdouts: readonly FeatureHoldout[];
  readonly impact: { readonly on: DecisionEvent; readonly off: DecisionEvent } | undefined;
  /** Off, with nothing to store. */
  readonly off: Decision;
  /** What its own rules and holdout groups look at. */
  readonly inputs: DecisionInputs;
  /** The mutually exclusive groups of its experiments. */
  readonly groups: readonly CompiledGroup[];
}

/** What deciding may look at besides the user. */
export interface DecisionInputs {
  /** Keys of stored records. */
  readonly records: readonly string[];
  readonly lists: readonly RuleListQuestion[];
  /** Location or user agent, from the gateway. */
  readonly details: boolean;
}

/** One rule of one feature, with its campaign. */
export interface CompiledRule {
  readonly kind: RuleKind;
  readonly campaignId: Id;
  readonly campaignKey: string;
  readonly ruleKey: unknown;
  /** `_vwoUserId` is the account-bound UUID. */
  readonly userList: boolean;
  /** Undefined: everybody. */
  readonly segment: SegmentTest | undefined;
  readonly traffic: HashPrefix;
  /** Who is in a bucket (1 to 100) up to this one gets in. NaN: nobody. */
  readonly trafficWeight: number;
  /** Decides between the variations of a test. */
  readonly split: HashPrefix;
  readonly variations: readonly CompiledVariation[];
  /** Those choices that some users are forced into. */
  readonly forced: readonly CompiledVariation[];
  readonly group: CompiledGroup | undefined;
  /** How the winner of a group is called if it is this rule. */
  readonly winnerName: Id;
  /** `records`: the features whose stored decision its segments ask for. */
  readonly inputs: DecisionInputs;
}

/** `targeting`: asked of the targeting variables, for whitelisting. */
export interface RuleListQuestion extends ListQuestion {
  readonly targeting: boolean;
  readonly userList: boolean;
}

/** One variation of one rule: everything that follows when a user gets it. */
export interface CompiledVariation {
  readonly id: Id;
  readonly rule: CompiledRule;
  readonly weight: number;
  /** Buckets (1 to 10,000) from `start` to `end`. */
  readonly start: number;
  readonly end: number;
  /** Who is forced into it; undefined: nobody. */
  readonly whitelist: SegmentTest | undefined;
  readonly flag: DecidedFlag;
  /** The same, for whoever is forced into it. */
  readonly forcedFlag: DecidedFlag;
  /** The same, for whoever had it stored. */
  readonly storedFlag: DecidedFlag;
  readonly shown: DecisionEvent;
  readonly shownAlone: readonly DecisionEvent[];
  /** A variation without id cannot be stored, as in the official SDK. */
  readonly storable: boolean;
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

/** Users who are kept out of features, to measure what the features are worth together. */
export interface CompiledHoldout {
  readonly id: Id;
  readonly segment: SegmentTest | undefined;
  readonly traffic: HashPrefix;
  readonly percentTraffic: number;
  readonly inputs: DecisionInputs;
}

export interface FeatureHoldout {
  readonly holdout: CompiledHoldout;
  readonly inside: DecisionEvent;
  readonly outside: DecisionEvent;
}
