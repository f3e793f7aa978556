import type { CompiledVariation, CompiledFeature, CompiledRule } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import { winsInGroup } from './group.decision.js';
import { bucket } from '../bucketing/murmur3.js';
import { inSegment, inTraffic } from './rollout.decision.js';
import { rangeHolding } from '../bucketing/bucket-ranges.js';
import { forcedChoice } from './whitelist.js';

/** The variation that the user gets. The first experiment that takes the user is the only one tried. */
export function passedExperiment(evaluation: Evaluation, feature: CompiledFeature): CompiledVariation | undefined {
  for (const rule of feature.experiments) {
    evaluation.userList = rule.userList;
    const forced = rule.forced.length > 0 ? forcedChoice(evaluation, rule) : undefined;
    if (forced) return forced;
    const takes = rule.group ? winsInGroup(evaluation, feature, rule, rule.group) : inSegment(evaluation, rule);
    if (takes) return allotted(evaluation, rule);
  }
  return undefined;
}

function allotted(evaluation: Evaluation, rule: CompiledRule): CompiledVariation | undefined {
  if (!inTraffic(evaluation, rule)) return undefined;
  if (rule.kind !== 'testing') return rule.variations[0];
  return rangeHolding(rule.variations, bucket(rule.split.hash(evaluation.seed), 10_000));
}
