import { asText, type JsonObject } from '../../../model/index.js';
import type { CompiledFeature, CompiledGroup, CompiledRule, RuleRefusal } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import { candidatesOf } from './group-candidates.js';
import { chosenBy } from './group.algorithm.js';
import { inSegment, inTraffic } from './rule-gates.js';

/** What is kept as a group's winner when nobody won. */
const NOBODY = -1;

/**
 * Why a rule of a mutually exclusive group may not take the user; undefined: it may. The stored winner may, else the one
 * that wins now, among all campaigns of the group in all features. A stored winner is believed even when its campaign is
 * gone, as VWO's SDK does: it keeps the user out of the group until the record is deleted.
 */
export function refusedByGroup(
  evaluation: Evaluation,
  feature: CompiledFeature,
  rule: CompiledRule,
  group: CompiledGroup,
): RuleRefusal | undefined {
  const { winners } = evaluation.inGroups();
  const known = winners.get(group);
  if (known) return known === rule.winnerName ? undefined : 'group';
  const stored = evaluation.record(group.key, undefined, true);
  if (stored?.['experimentKey'] && stored['experimentId']) {
    if (isStoredWinner(stored, rule)) return undefined;
    winners.set(group, storedWinner(stored));
    return 'group';
  }
  if (!inSegment(evaluation, rule, rule.terms)) return 'no-rule';
  const winner = winnerOf(evaluation, feature, rule, group)?.winnerName;
  if (winner === rule.winnerName) return undefined;
  winners.set(group, winner ?? NOBODY);
  return inTraffic(evaluation, rule) ? 'group' : 'traffic';
}

function isStoredWinner({ experimentId, experimentVariationId }: JsonObject, rule: CompiledRule): boolean {
  const isVariation = rule.kind !== 'personalize' || experimentVariationId === rule.firstId;
  return experimentId === rule.campaignId && isVariation;
}

/** By its campaign, or, for a personalise rule, by campaign and variation. */
function storedWinner({ experimentId, experimentVariationId }: JsonObject): unknown {
  const isWhole = experimentVariationId === NOBODY || experimentVariationId === String(NOBODY);
  return isWhole ? experimentId : `${asText(experimentId)}_${asText(experimentVariationId)}`;
}

/** Of several candidates the group's algorithm takes one, and it is stored. */
function winnerOf(
  evaluation: Evaluation,
  feature: CompiledFeature,
  rule: CompiledRule,
  group: CompiledGroup,
): CompiledRule | undefined {
  const candidates = candidatesOf(evaluation, feature, group, rule.terms);
  if (candidates.length <= 1) return candidates[0];
  const winner = chosenBy(evaluation, group, candidates);
  if (winner) remember(evaluation, group, winner);
  return winner;
}

function remember(evaluation: Evaluation, { key }: CompiledGroup, winner: CompiledRule): void {
  const experimentVariationId = winner.kind === 'personalize' ? winner.firstId : NOBODY;
  if (winner.campaignKey && !experimentVariationId) return; // not storable, as in the official SDK
  const record = {
    featureKey: key,
    userId: evaluation.user.id,
    experimentId: winner.campaignId,
    experimentKey: winner.campaignKey,
    experimentVariationId,
  };
  evaluation.inGroups().records.push({ key, record });
}
