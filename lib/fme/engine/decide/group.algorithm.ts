import { rangeHolding, sharesOf } from '../bucketing/bucket-ranges.js';
import { bucket } from '../bucketing/murmur3.js';
import type { CompiledGroup, CompiledRule } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';

/** The one of several campaigns that a group gives this user to. */
export function chosenBy(
  evaluation: Evaluation,
  group: CompiledGroup,
  candidates: readonly CompiledRule[],
): CompiledRule | undefined {
  return group.random ? randomly(evaluation, group, candidates) : advanced(evaluation, group, candidates);
}

/** Equal shares. */
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
  const weights = candidates.map((rule) => {
    const [byId, byVariation] = namesOf(rule);
    return group.weights.get(byId) ?? group.weights.get(byVariation);
  });
  return byWeight(evaluation, group, candidates, weights);
}

/** A group calls a campaign by its id, or by its id and its (first) variation's. */
function namesOf({ campaignId, firstId }: CompiledRule): readonly [string, string] {
  return [String(campaignId), `${campaignId}_${firstId}`];
}

function byWeight(
  evaluation: Evaluation,
  group: CompiledGroup,
  rules: readonly CompiledRule[],
  weights: readonly (number | undefined)[],
): CompiledRule | undefined {
  const ranges = sharesOf(weights).map((share, i) => ({ ...share, rule: rules[i] }));
  return rangeHolding(ranges, bucket(group.shares.hash(evaluation.seed), 10_000))?.rule;
}
