import { rangeHolding } from '../bucketing/bucket-ranges.js';
import { bucket } from '../bucketing/murmur3.js';
import type { CompiledFeature, CompiledRule, RuleRefusal } from '../model/compiled-feature.js';
import type { CompiledVariation } from '../model/compiled-variation.js';
import type { Evaluation } from '../model/evaluation.js';
import { refusedByGroup } from './group.decision.js';
import { inTraffic } from './rule-gates.js';
import { forcedVariation } from './whitelist.js';

/**
 * The variation that the user gets, else why there is none. The first experiment that takes the user is the only one
 * tried; where several refuse, the first that has more to say than `no-rule` is named.
 */
export function passedExperiment(evaluation: Evaluation, feature: CompiledFeature): CompiledVariation | RuleRefusal {
  let named: RuleRefusal = 'no-rule';
  for (const rule of feature.experiments) {
    evaluation.experimentsTried += 1;
    const forced = rule.forced.length > 0 ? forcedVariation(evaluation, rule) : undefined;
    if (forced) return forced;
    const { group, segment, terms } = rule;
    const isOpen = group !== undefined || segment === undefined || segment(evaluation, terms);
    const refusal = !isOpen ? 'no-rule' : group && refusedByGroup(evaluation, feature, rule, group);
    if (refusal === undefined) return allotted(evaluation, rule);
    if (named === 'no-rule') named = refusal;
  }
  return named;
}

function allotted(evaluation: Evaluation, rule: CompiledRule): CompiledVariation | RuleRefusal {
  if (!inTraffic(evaluation, rule)) return 'traffic';
  const isTest = rule.kind === 'testing';
  const { variations, split } = rule;
  return (isTest ? rangeHolding(variations, bucket(split.hash(evaluation.seed), 10_000)) : variations[0]) ?? 'traffic';
}
