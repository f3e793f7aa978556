import type { StoredDecision } from '../../../model/index.js';
import type { CompiledFeature, RuleRefusal } from '../model/compiled-feature.js';
import type { CompiledVariation } from '../model/compiled-variation.js';
import type { Evaluation } from '../model/evaluation.js';
import { passedExperiment } from './experiment.decision.js';
import { type HoldoutOutcome, holdoutsOf } from './holdouts.js';
import { passedRollout } from './rollout.decision.js';
import { storedExperiment, storedRollout } from './stored-outcome.js';

interface Found {
  /** What was stored, if it is this user's and this feature's. */
  readonly before: StoredDecision | undefined;
  /** Undefined when the feature has no holdout groups. */
  readonly holdouts: HoldoutOutcome | undefined;
}

/** What a user gets of one feature: flag, records and events follow from it. */
export type Outcome =
  | (Found & { readonly kind: 'held-out'; readonly holdouts: HoldoutOutcome })
  /** An experiment that was stored: no impression, no segment, no storage, whatever else has changed. */
  | (Found & { readonly kind: 'stored'; readonly experiment: CompiledVariation })
  | (Found & { readonly kind: 'off'; readonly reason: RuleRefusal })
  | EnabledOutcome;

export interface EnabledOutcome extends Found {
  readonly kind: 'on';
  /** The one whose variables count: the experiment's, else the rollout's. */
  readonly variation: CompiledVariation;
  readonly rollout: CompiledVariation | undefined;
  readonly experiment: CompiledVariation | undefined;
  /** The rollout is one that was stored. */
  readonly keepsRollout: boolean;
}

/** In this order: what is stored, holdout groups, rollouts, experiments. */
export function outcomeOf(evaluation: Evaluation, feature: CompiledFeature): Outcome {
  const before = evaluation.record(feature.key, feature.id, true);
  const kept = before && storedExperiment(evaluation, feature, before);
  const keptRollout = before && storedRollout(feature, before);
  const settled = kept !== undefined || keptRollout !== undefined;
  const holdouts = feature.holdouts.length > 0 ? holdoutsOf(evaluation, feature, before, settled) : undefined;
  if (holdouts?.heldOut) return { kind: 'held-out', before, holdouts };
  if (kept) return { kind: 'stored', before, holdouts, experiment: kept };

  const keepsRollout = keptRollout !== undefined;
  const rollout = keptRollout ?? passedRollout(evaluation, feature);
  const isRolledOut = typeof rollout !== 'string';
  if (!isRolledOut && feature.rollouts.length > 0) return { kind: 'off', before, holdouts, reason: rollout };

  const experiment = passedExperiment(evaluation, feature);
  if (typeof experiment !== 'string') {
    const passed = isRolledOut ? rollout : undefined;
    return { kind: 'on', before, holdouts, variation: experiment, rollout: passed, experiment, keepsRollout };
  }
  if (!isRolledOut) return { kind: 'off', before, holdouts, reason: experiment };
  return { kind: 'on', before, holdouts, variation: rollout, rollout, experiment: undefined, keepsRollout };
}
