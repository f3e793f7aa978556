import { bucket } from '../bucketing/murmur3.js';
import type { CompiledRule } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import type { SegmentTerms } from '../model/segment-terms.js';

/** `terms`: the rule's own, but for campaigns of a mutually exclusive group. */
export function inSegment(evaluation: Evaluation, { segment }: CompiledRule, terms: SegmentTerms): boolean {
  return segment === undefined || segment(evaluation, terms);
}

/** Nobody's bucket is above 100, so all of the traffic needs no hash. */
export function inTraffic(evaluation: Evaluation, { traffic, trafficWeight }: CompiledRule): boolean {
  return trafficWeight >= 100 || bucket(traffic.hash(evaluation.seed), 100) <= trafficWeight;
}
