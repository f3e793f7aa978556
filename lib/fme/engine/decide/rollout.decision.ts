import type { CompiledFeature, CompiledRule, RuleRefusal } from '../model/compiled-feature.js';
import type { CompiledVariation } from '../model/compiled-variation.js';
import type { Evaluation } from '../model/evaluation.js';
import { inSegment, inTraffic } from './rule-gates.js';

/** The rollout that lets the user in, else why none does. */
export function passedRollout(evaluation: Evaluation, feature: CompiledFeature): CompiledVariation | RuleRefusal {
  const rule = triedRollout(evaluation, feature);
  if (rule === undefined) return 'no-rule';
  return (inTraffic(evaluation, rule) ? rule.variations[0] : undefined) ?? 'traffic';
}

/** The first rollout whose segment the user is in: the only one that is tried. */
export function triedRollout(evaluation: Evaluation, { rollouts }: CompiledFeature): CompiledRule | undefined {
  for (const rule of rollouts) if (inSegment(evaluation, rule, rule.terms)) return rule;
  return undefined;
}
