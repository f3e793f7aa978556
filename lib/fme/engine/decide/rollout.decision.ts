import type { CompiledVariation, CompiledFeature, CompiledRule } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import { bucket } from '../bucketing/murmur3.js';

/** The rollout that lets the user in. The first whose segment the user is in is the only one tried. */
export function passedRollout(evaluation: Evaluation, feature: CompiledFeature): CompiledVariation | undefined {
  for (const rule of feature.rollouts) {
    evaluation.userList = rule.userList;
    if (inSegment(evaluation, rule)) return inTraffic(evaluation, rule) ? rule.variations[0] : undefined;
  }
  return undefined;
}

export function inSegment(evaluation: Evaluation, { segment }: CompiledRule): boolean {
  return segment === undefined || segment(evaluation);
}

/** Nobody's bucket is above 100, so all of the traffic needs no hash. */
export function inTraffic(evaluation: Evaluation, { traffic, trafficWeight }: CompiledRule): boolean {
  return trafficWeight >= 100 || bucket(traffic.hash(evaluation.seed), 100) <= trafficWeight;
}
