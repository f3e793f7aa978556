import type { Campaign, Variation } from './campaign.compiler.js';
import type {
  CompiledVariation,
  CompiledGroup,
  CompiledRule,
  DecisionInputs,
  RuleKind,
} from '../model/compiled-feature.js';
import { OnFlag } from '../model/on-flag.js';
import type { DecisionEvent } from '../../../model/index.js';
import type { FlagReason, VwoVariation } from '../../../model/index.js';
import { isObject, numberOf } from '../../../model/index.js';
import { HashPrefix } from '../bucketing/murmur3.js';
import type { ProblemLog } from './problem-log.js';
import type { SegmentCompiler } from '../segment/segment.compiler.js';
import { NOBODY, type Segment, type SegmentTest } from '../model/segment.js';
import { type LookedAt, inputsOf, NO_INPUTS } from './decision-inputs.js';

/** A rule of a feature as the settings hold it, with its campaign. */
export interface LinkedRule {
  readonly campaign: Campaign;
  readonly ruleKey: unknown;
  /** Those that the rule is about: one for a rollout or personalise rule, all for a test. */
  readonly variations: readonly Variation[];
}

export interface RuleGround {
  readonly accountId: string;
  readonly segments: SegmentCompiler;
  readonly problems: ProblemLog;
  readonly groupOf: (campaign: Campaign, first: Variation | undefined) => CompiledGroup | undefined;
}

/** Makes one rule of one feature ready: hash prefixes, numbers, closures, flags and impressions. */
export function compileRule(featureKey: string, linked: LinkedRule, ground: RuleGround): CompiledRule {
  const { campaign, ruleKey, variations } = linked;
  const { id: campaignId, kind, userList } = campaign;
  const [first] = variations;
  const byVariation = kind === 'rollout' || kind === 'personalize';
  if (byVariation && !first) ground.problems.add(campaign.place.at('variations'), 'such a campaign needs a variation');
  const segment = preSegment(linked, ground);
  const seen: LookedAt[] = segment ? [{ segment, userList, targeting: false }] : [];
  const traffic = new HashPrefix(`${(byVariation ? first?.salt : campaign.salt) || campaignId}_`);
  const choices: CompiledVariation[] = [];
  const forced: CompiledVariation[] = [];
  const rule: Omit<CompiledRule, 'inputs'> & { inputs: DecisionInputs } = {
    kind,
    campaignId,
    campaignKey: campaign.key,
    ruleKey,
    userList,
    segment: segment?.test,
    traffic,
    trafficWeight: byVariation ? (first?.weight ?? NaN) : campaign.percentTraffic,
    split: byVariation ? traffic : new HashPrefix(`${campaign.salt || campaignId}_${ground.accountId}_`),
    variations: choices,
    forced,
    group: kind === 'testing' || kind === 'personalize' ? ground.groupOf(campaign, first) : undefined,
    winnerName: kind === 'testing' ? campaignId : `${campaignId}_${first?.id}`,
    inputs: NO_INPUTS,
  };
  for (const variation of variations) {
    const whitelist = whitelistOf(campaign, variation, ground);
    const choice = choiceOf(featureKey, rule, campaign, variation, whitelist?.test);
    choices.push(choice);
    if (!whitelist) continue;
    forced.push(choice);
    seen.push({ segment: whitelist, userList, targeting: true });
  }
  rule.inputs = inputsOf(seen);
  return rule;
}

function choiceOf(
  featureKey: string,
  rule: CompiledRule,
  campaign: Campaign,
  variation: Variation,
  whitelist: SegmentTest | undefined,
): CompiledVariation {
  const { id, key, weight, start, end, variables } = variation;
  const campaignId = numberOf(campaign.id);
  const decided: VwoVariation = Object.freeze({ id: numberOf(id), key, campaignId, campaignKey: campaign.key });
  const shown: DecisionEvent = Object.freeze({ name: 'vwo_variationShown', campaignId, variationId: numberOf(id) });
  return {
    id,
    rule,
    weight: weight || 0,
    start,
    end,
    whitelist,
    flag: new OnFlag(featureKey, decided, 'rules', reasonOf(campaign.kind), variables),
    forcedFlag: new OnFlag(featureKey, decided, 'rules', 'forced', variables),
    storedFlag: new OnFlag(featureKey, decided, 'storage', 'stored', variables),
    shown,
    shownAlone: Object.freeze([shown]),
    storable: !campaign.key || !!id,
  };
}

function reasonOf(kind: RuleKind): FlagReason {
  return kind === 'testing' ? 'experiment' : kind === 'personalize' ? 'personalize' : 'rollout';
}

/** Who a rule is for. Undefined: everybody. */
function preSegment({ campaign, variations: [first] }: LinkedRule, { segments }: RuleGround): Segment | undefined {
  switch (campaign.kind) {
    case 'testing':
      return segments.compile(campaign.segments, campaign.place);
    case 'rollout':
    case 'personalize':
      return first ? segments.compile(first.segments, first.place) : NOBODY;
    case 'other':
      return undefined;
  }
}

/** Who is forced into a variation. An empty segment forces nobody. */
function whitelistOf(
  { kind, forced }: Campaign,
  { segments, place }: Variation,
  ground: RuleGround,
): Segment | undefined {
  if (kind !== 'testing' || !forced || !isObject(segments)) return undefined;
  return ground.segments.compile(segments, place);
}
