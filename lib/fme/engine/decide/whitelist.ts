import type { CompiledVariation, CompiledRule } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import { isObject } from '../../../model/index.js';
import { bucket } from '../bucketing/murmur3.js';
import { rangeHolding, sharesOf } from '../bucketing/bucket-ranges.js';

/** The variation that a user is forced into. Several share the users by their weights, scaled to 100. */
export function forcedChoice(evaluation: Evaluation, rule: CompiledRule): CompiledVariation | undefined {
  const hits = targeted(evaluation, rule);
  return hits.length > 1 ? shared(evaluation, rule, hits) : hits[0];
}

function targeted(evaluation: Evaluation, rule: CompiledRule): readonly CompiledVariation[] {
  const { variables } = evaluation;
  const { variationTargetingVariables: targeting } = evaluation.user;
  evaluation.variables = targeting && isObject(targeting) ? targeting : undefined;
  const hits = rule.forced.filter(({ whitelist }) => whitelist?.(evaluation));
  evaluation.variables = variables;
  return hits;
}

function shared(
  evaluation: Evaluation,
  rule: CompiledRule,
  hits: readonly CompiledVariation[],
): CompiledVariation | undefined {
  const total = hits.reduce((sum, { weight }) => sum + weight, 0);
  const weights = hits.map(({ weight }) => (total ? (weight / total) * 100 : 100 / hits.length));
  const ranges = sharesOf(weights).map((share, i) => ({ ...share, choice: hits[i] }));
  return rangeHolding(ranges, bucket(rule.traffic.hash(evaluation.seed), 10_000))?.choice;
}
