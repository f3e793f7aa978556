import type { Choice, CompiledFeature, CompiledRule } from './compiled-feature.js';
import type { Evaluation } from './evaluation.js';
import type { StoredDecision } from './stored-decision.js';

/** The record of one feature, if it is this user's and this feature's: a feature made anew under an old key is another. */
export function storedRecord(
  evaluation: Evaluation,
  feature: CompiledFeature,
  counting: boolean,
): StoredDecision | undefined {
  const record = evaluation.record(feature.key, counting);
  if (record === undefined) return undefined;
  const featureId = record['featureId'];
  if (featureId == null || featureId === feature.id) return record;
  if (counting) evaluation.refused += 1;
  return undefined;
}

/** The experiment's variation that was stored, if this feature's rules still have it. */
export function storedExperiment(
  evaluation: Evaluation,
  feature: CompiledFeature,
  record: StoredDecision,
): Choice | undefined {
  const id = record['experimentVariationId'];
  if (!id) return undefined;
  const choice = choiceOf(feature.experiments, record['experimentKey'], id);
  if (choice === undefined && typeof id !== 'number') evaluation.refused += 1;
  return choice;
}

/** The rollout that was stored, if no experiment was and this feature's rules still have it. */
export function storedRollout(feature: CompiledFeature, record: StoredDecision): Choice | undefined {
  if (record['experimentVariationId'] || !record['rolloutId']) return undefined;
  return choiceOf(feature.rollouts, record['rolloutKey'], record['rolloutVariationId']);
}

/** Ids are compared with their types: what lost its types on the way is decided anew. */
export function choiceOf(rules: readonly CompiledRule[], campaignKey: unknown, id: unknown): Choice | undefined {
  if (!campaignKey) return undefined;
  for (const rule of rules) {
    if (rule.campaignKey !== campaignKey) continue;
    for (const choice of rule.choices) if (choice.id === id) return choice;
  }
  return undefined;
}
