import type { DecisionEvent, Id } from '../../../model/index.js';
import type { HashPrefix } from '../bucketing/murmur3.js';
import type { DecisionInputs } from './decision-inputs.js';
import type { SegmentTest } from './segment.js';

/** Users who are kept out of features, to measure what the features are worth together. */
export interface CompiledHoldout {
  readonly id: Id;
  readonly segment: SegmentTest | undefined;
  readonly traffic: HashPrefix;
  readonly percentTraffic: number;
  readonly inputs: DecisionInputs;
}

/** A holdout group as it concerns one feature: the impressions of users inside and outside of it. */
export interface FeatureHoldout {
  readonly holdout: CompiledHoldout;
  readonly inside: DecisionEvent;
  readonly outside: DecisionEvent;
}
