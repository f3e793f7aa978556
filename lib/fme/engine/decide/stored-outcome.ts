import type { StoredDecision } from '../../../model/index.js';
import type { CompiledFeature, CompiledRule } from '../model/compiled-feature.js';
import type { CompiledVariation } from '../model/compiled-variation.js';
import type { Evaluation } from '../model/evaluation.js';

/** The experiment's variation that was stored, if this feature's rules still have it. */
export function storedExperiment(
  evaluation: Evaluation,
  feature: CompiledFeature,
  record: StoredDecision,
): CompiledVariation | undefined {
  const id = record['experimentVariationId'];
  if (!id) return undefined;
  const variation = storedVariation(feature.experiments, record['experimentKey'], id);
  if (variation === undefined && typeof id !== 'number') evaluation.refused += 1;
  return variation;
}

/** The rollout that was stored, if no experiment was and this feature's rules still have it. */
export function storedRollout(feature: CompiledFeature, record: StoredDecision): CompiledVariation | undefined {
  if (record['experimentVariationId'] || !record['rolloutId']) return undefined;
  return storedVariation(feature.rollouts, record['rolloutKey'], record['rolloutVariationId']);
}

/** Ids are compared with their types: what lost its types on the way is decided anew. */
export function storedVariation(
  rules: readonly CompiledRule[],
  campaignKey: unknown,
  id: unknown,
): CompiledVariation | undefined {
  if (!campaignKey) return undefined;
  for (const rule of rules) {
    if (rule.campaignKey !== campaignKey) continue;
    for (const variation of rule.variations) if (variation.id === id) return variation;
  }
  return undefined;
}
