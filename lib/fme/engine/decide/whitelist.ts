import { rangeHolding, sharesOf } from '../bucketing/bucket-ranges.js';
import { bucket } from '../bucketing/murmur3.js';
import type { CompiledRule } from '../model/compiled-feature.js';
import type { CompiledVariation } from '../model/compiled-variation.js';
import type { Evaluation } from '../model/evaluation.js';

/** The variation that a user is forced into. Several share the users by their weights, scaled to 100. */
export function forcedVariation(evaluation: Evaluation, rule: CompiledRule): CompiledVariation | undefined {
  const hits = rule.forced.filter(({ whitelist }) => whitelist(evaluation, rule.whitelistTerms));
  const total = hits.reduce((sum, { weight }) => sum + weight, 0);
  const weights = hits.map(({ weight }) => (total ? (weight / total) * 100 : 100 / hits.length));
  const ranges = sharesOf(weights).map((share, i) => ({ ...share, variation: hits[i] }));
  return rangeHolding(ranges, bucket(rule.traffic.hash(evaluation.seed), 10_000))?.variation;
}
