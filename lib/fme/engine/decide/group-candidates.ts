import type { JsonObject } from '../../../model/index.js';
import type { CompiledFeature, CompiledGroup, CompiledRule, GroupMember } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import type { SegmentTerms } from '../model/segment-terms.js';
import { isHeldOut } from './holdouts.js';
import { triedRollout } from './rollout.decision.js';
import { inSegment, inTraffic } from './rule-gates.js';
import { storedVariation } from './stored-outcome.js';

/**
 * The campaigns of a group that may take the user: those that are stored, else those that are eligible now.
 * `own`: the feature that is decided. `before`: the terms of its rule.
 */
export function candidatesOf(
  evaluation: Evaluation,
  own: CompiledFeature,
  group: CompiledGroup,
  before: SegmentTerms,
): readonly CompiledRule[] {
  const { members, terms } = takingPart(evaluation, own, group, before);
  const stored: CompiledRule[] = [];
  const eligible: CompiledRule[] = [];
  for (const { feature, rules } of members) {
    const record = evaluation.record(feature.key, feature.id, false);
    for (const rule of rules) {
      if (record && isStoredIn(record, rule, feature)) {
        if (!stored.some(({ campaignKey }) => campaignKey === rule.campaignKey)) stored.push(rule);
      } else if (inSegment(evaluation, rule, terms) && inTraffic(evaluation, rule)) {
        eligible.push(rule);
      }
    }
  }
  return stored.length > 0 ? stored : eligible;
}

interface Participants {
  readonly members: readonly GroupMember[];
  /** VWO's SDK judges all campaigns of a group by those terms by which it looked at a rule last. */
  readonly terms: SegmentTerms;
}

/** The members whose feature lets the user in at all. */
function takingPart(
  evaluation: Evaluation,
  own: CompiledFeature,
  group: CompiledGroup,
  before: SegmentTerms,
): Participants {
  let terms = before;
  const { rolledOut } = evaluation.inGroups();
  const members = group.members.filter(({ feature }) => {
    if (feature === own) return true; // it would not have come here
    if (isHeldOut(evaluation, feature, terms)) return false;
    if (feature.rollouts.length === 0 || rolledOut.has(feature.key)) return true;
    const rule = triedRollout(evaluation, feature);
    terms = (rule ?? feature.rollouts.at(-1))?.terms ?? terms;
    if (!rule || !inTraffic(evaluation, rule)) return false;
    rolledOut.add(feature.key);
    return true;
  });
  return { members, terms };
}

function isStoredIn(record: JsonObject, rule: CompiledRule, feature: CompiledFeature): boolean {
  const { experimentKey, experimentVariationId } = record;
  const isRule = !!experimentVariationId && experimentKey === rule.campaignKey;
  return isRule && storedVariation(feature.rules, experimentKey, experimentVariationId) !== undefined;
}
