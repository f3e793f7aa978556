import { type DecisionEvent, type FlagReason, isObject, numberOf, type VwoVariation } from '../../../model/index.js';
import { HashPrefix } from '../bucketing/murmur3.js';
import type { CompiledRule, RuleKind } from '../model/compiled-feature.js';
import type { CompiledGroups } from '../model/compiled-settings.js';
import type { CompiledVariation, ForcedVariation } from '../model/compiled-variation.js';
import { OnFlag } from '../model/on-flag.js';
import type { ProblemLog } from '../model/problem-log.js';
import { NOBODY, type Segment } from '../model/segment.js';
import { segmentTerms, whitelistTerms } from '../model/segment-terms.js';
import type { SegmentCompiler } from '../segment/segment.compiler.js';
import type { Campaign, BucketedVariation } from './campaign.compiler.js';
import { inputsOf, type LookedAt } from './decision-inputs.js';

/** Why the flag of a user is on whom such a rule lets in. Rules of unknown type let nobody in. */
const REASONS: Readonly<Record<RuleKind, FlagReason>> = {
  rollout: 'rollout',
  testing: 'experiment',
  personalize: 'personalize',
  other: 'no-rule',
};

/** A rule of a feature as the settings hold it, with its campaign. */
export interface LinkedRule {
  readonly campaign: Campaign;
  readonly ruleKey: unknown;
  /** Those that the rule is about: one for a rollout or personalise rule, all for a test. */
  readonly variations: readonly BucketedVariation[];
}

export interface RuleCompileContext {
  readonly accountId: string;
  readonly segments: SegmentCompiler;
  readonly problems: ProblemLog;
  readonly groupOf: CompiledGroups['groupOf'];
}

/** Makes one rule of one feature ready: hash prefixes, numbers, closures, flags and impressions. */
export function compileRule(featureKey: string, linked: LinkedRule, context: RuleCompileContext): CompiledRule {
  const { campaign, ruleKey, variations } = linked;
  const { id: campaignId, kind, userList } = campaign;
  const [first] = variations;
  const byVariation = kind === 'rollout' || kind === 'personalize';
  if (byVariation && !first) context.problems.add(campaign.place.at('variations'), 'such a campaign needs a variation');
  const segment = preSegment(linked, context);
  const seen: LookedAt[] = segment ? [{ segment, userList, targeting: false }] : [];
  const traffic = new HashPrefix(`${(byVariation ? first?.salt : campaign.salt) || campaignId}_`);
  const compiled: CompiledVariation[] = [];
  const forced: ForcedVariation[] = [];
  for (const variation of variations) {
    const one = compiledVariation(featureKey, campaign, variation, REASONS[kind]);
    compiled.push(one);
    const whitelist = whitelistOf(campaign, variation, context);
    if (!whitelist) continue;
    forced.push({ ...compiledVariation(featureKey, campaign, variation, 'forced'), whitelist: whitelist.test });
    seen.push({ segment: whitelist, userList, targeting: true });
  }
  return {
    kind,
    campaignId,
    campaignKey: campaign.key,
    ruleKey,
    terms: segmentTerms(userList),
    whitelistTerms: whitelistTerms(userList),
    segment: segment?.test,
    traffic,
    trafficWeight: byVariation ? (first?.weight ?? NaN) : campaign.percentTraffic,
    split: byVariation ? traffic : new HashPrefix(`${campaign.salt || campaignId}_${context.accountId}_`),
    variations: compiled,
    firstId: first?.id,
    forced,
    group: kind === 'testing' || kind === 'personalize' ? context.groupOf(campaign, first) : undefined,
    winnerName: kind === 'testing' ? campaignId : `${campaignId}_${first?.id}`,
    inputs: inputsOf(seen),
  };
}

function compiledVariation(
  featureKey: string,
  campaign: Campaign,
  variation: BucketedVariation,
  reason: FlagReason,
): CompiledVariation {
  const { id, key, weight, start, end, variables } = variation;
  const campaignId = numberOf(campaign.id);
  const decided: VwoVariation = Object.freeze({ id: numberOf(id), key, campaignId, campaignKey: campaign.key });
  const shown: DecisionEvent = Object.freeze({ name: 'vwo_variationShown', campaignId, variationId: numberOf(id) });
  return {
    id,
    campaignId: campaign.id,
    campaignKey: campaign.key,
    weight: weight || 0,
    start,
    end,
    flag: new OnFlag(featureKey, decided, 'rules', reason, variables),
    storedFlag: new OnFlag(featureKey, decided, 'storage', 'stored', variables),
    shown,
    shownAlone: Object.freeze([shown]),
    storable: !campaign.key || !!id,
  };
}

/** Who a rule is for. Undefined: everybody. */
function preSegment(
  { campaign, variations: [first] }: LinkedRule,
  { segments }: RuleCompileContext,
): Segment | undefined {
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
  { segments, place }: BucketedVariation,
  context: RuleCompileContext,
): Segment | undefined {
  if (kind !== 'testing' || !forced || !isObject(segments)) return undefined;
  return context.segments.compile(segments, place);
}
