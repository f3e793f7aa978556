import type { CompiledFeature, CompiledGroup, CompiledRule } from '../model/compiled-feature.js';
import { text } from '../segment/custom-variable.operand.js';
import type { Evaluation } from '../model/evaluation.js';
import { isHeldOut } from './holdouts.js';
import { bucket } from '../bucketing/murmur3.js';
import { inSegment, inTraffic, passedRollout } from './rollout.decision.js';
import { rangeHolding, sharesOf } from '../bucketing/bucket-ranges.js';
import { storedVariation } from './stored-outcome.js';

/** What is kept as a group's winner when nobody won. */
const NOBODY = -1;

/**
 * Whether a rule of a mutually exclusive group may take the user: the stored winner, else the one that wins now, among
 * all campaigns of the group in all features. A stored winner is believed even when its campaign is gone, as the
 * official SDK does: it keeps the user out of the group until the record is deleted.
 */
export function winsInGroup(
  evaluation: Evaluation,
  feature: CompiledFeature,
  rule: CompiledRule,
  group: CompiledGroup,
): boolean {
  const winners = (evaluation.winners ??= new Map());
  const known = winners.get(group);
  if (known) return known === rule.winnerName;
  const stored = evaluation.record(group.key, undefined, true);
  if (stored?.['experimentKey'] && stored['experimentId']) {
    const { experimentId, experimentVariationId } = stored;
    const isThis = experimentId === rule.campaignId;
    if (isThis && (rule.kind !== 'personalize' || experimentVariationId === rule.variations[0]?.id)) return true;
    const isWhole = !isThis && (experimentVariationId === NOBODY || experimentVariationId === String(NOBODY));
    winners.set(group, isWhole ? experimentId : `${text(experimentId)}_${text(experimentVariationId)}`);
    return false;
  }
  if (!inSegment(evaluation, rule)) return false;
  const winner = winnerOf(evaluation, feature, group);
  if (winner && winner.campaignId === rule.campaignId && isOneRule(winner, rule)) return true;
  winners.set(group, winner ? winner.winnerName : NOBODY);
  return false;
}

function isOneRule(winner: CompiledRule, rule: CompiledRule): boolean {
  return winner.kind === 'testing' || winner.variations[0]?.id === rule.variations[0]?.id;
}

/** Whoever is stored goes before whoever is eligible; of several, the group's algorithm takes one and it is stored. */
function winnerOf(evaluation: Evaluation, feature: CompiledFeature, group: CompiledGroup): CompiledRule | undefined {
  const stored: CompiledRule[] = [];
  const eligible: CompiledRule[] = [];
  for (const member of group.members.filter((each) => takesPart(evaluation, feature, each.feature))) {
    const record = evaluation.record(member.feature.key, member.feature.id, false);
    for (const rule of member.rules) {
      if (record && isStoredIn(record, rule, member.feature)) {
        if (!stored.some(({ campaignKey }) => campaignKey === rule.campaignKey)) stored.push(rule);
      } else if (inSegment(evaluation, rule) && inTraffic(evaluation, rule)) {
        eligible.push(rule);
      }
    }
  }
  const candidates = stored.length > 0 ? stored : eligible;
  if (candidates.length <= 1) return candidates[0];
  const winner = group.random ? randomly(evaluation, group, candidates) : advanced(evaluation, group, candidates);
  if (winner) remember(evaluation, group, winner);
  return winner && feature.campaignIds.includes(winner.campaignId) ? winner : undefined;
}

/** A feature's campaigns are in the running when the feature lets the user in at all. */
function takesPart(evaluation: Evaluation, own: CompiledFeature, feature: CompiledFeature): boolean {
  if (feature === own) return true; // it would not have come here
  if (feature.holdouts.length > 0 && isHeldOut(evaluation, feature)) return false;
  const rolledOut = (evaluation.rolledOut ??= new Set());
  if (feature.rollouts.length === 0 || rolledOut.has(feature)) return true;
  if (!passedRollout(evaluation, feature)) return false;
  rolledOut.add(feature);
  return true;
}

function isStoredIn(record: Readonly<Record<string, unknown>>, rule: CompiledRule, feature: CompiledFeature): boolean {
  const { experimentKey, experimentVariationId } = record;
  if (!experimentVariationId || experimentKey !== rule.campaignKey) return false;
  return storedVariation(feature.rules, experimentKey, experimentVariationId) !== undefined;
}

function randomly(
  evaluation: Evaluation,
  group: CompiledGroup,
  candidates: readonly CompiledRule[],
): CompiledRule | undefined {
  const weight = Math.round((100 / candidates.length) * 10_000) / 10_000;
  return byWeight(
    evaluation,
    group,
    candidates,
    candidates.map(() => weight),
  );
}

/** By priority, else by the weights of those that have one. */
function advanced(
  evaluation: Evaluation,
  group: CompiledGroup,
  candidates: readonly CompiledRule[],
): CompiledRule | undefined {
  for (const name of group.priority) {
    const first = candidates.find((rule) => namesOf(rule).includes(name));
    if (first) return first;
  }
  const weighted = candidates.flatMap((rule) => {
    const name = namesOf(rule).find((each) => group.weights.has(each));
    return name === undefined ? [] : [{ rule, weight: group.weights.get(name) ?? NaN }];
  });
  return byWeight(
    evaluation,
    group,
    weighted.map(({ rule }) => rule),
    weighted.map(({ weight }) => weight),
  );
}

/** A group calls a campaign by its id, or by its id and its (first) variation's. */
function namesOf({ campaignId, variations }: CompiledRule): readonly [string, string] {
  return [String(campaignId), `${campaignId}_${variations[0]?.id}`];
}

function byWeight(
  evaluation: Evaluation,
  group: CompiledGroup,
  rules: readonly CompiledRule[],
  weights: readonly number[],
): CompiledRule | undefined {
  const ranges = sharesOf(weights).map((share, i) => ({ ...share, rule: rules[i] }));
  return rangeHolding(ranges, bucket(group.shares.hash(evaluation.seed), 10_000))?.rule;
}

function remember(evaluation: Evaluation, { key }: CompiledGroup, winner: CompiledRule): void {
  const experimentVariationId = winner.kind === 'personalize' ? winner.variations[0]?.id : NOBODY;
  if (winner.campaignKey && !experimentVariationId) return; // not storable, as in the official SDK
  const record = {
    featureKey: key,
    userId: evaluation.user.id,
    experimentId: winner.campaignId,
    experimentKey: winner.campaignKey,
    experimentVariationId,
  };
  (evaluation.groupRecords ??= []).push({ key, record });
}
