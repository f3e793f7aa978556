import type { DecidedFlag, StoredDecision } from '../../../model/index.js';
import type { CompiledFeature, RuleRefusal } from '../model/compiled-feature.js';
import type { CompiledVariation } from '../model/compiled-variation.js';
import type { Evaluation } from '../model/evaluation.js';
import { passedExperiment } from './experiment.decision.js';
import { type HoldoutOutcome, holdoutsOf } from './holdouts.js';
import { passedRollout } from './rollout.decision.js';
import { storedExperiment, storedRollout } from './stored-outcome.js';

interface Found {
  readonly flag: DecidedFlag;
  /** What was stored, if it is this user's and this feature's. */
  readonly before: StoredDecision | undefined;
  /** Undefined when the feature has no holdout groups. */
  readonly holdouts: HoldoutOutcome | undefined;
}

/** What a user gets of one feature: records and events follow from it. */
export type Outcome =
  | (Found & { readonly kind: 'held-out'; readonly holdouts: HoldoutOutcome })
  /** An experiment that was stored: no impression, no segment, no storage, whatever else has changed. */
  | (Found & { readonly kind: 'stored' })
  | (Found & { readonly kind: 'off'; readonly reason: RuleRefusal })
  | EnabledOutcome;

export interface EnabledOutcome extends Found {
  readonly kind: 'on';
  /** At least one of the two is there; the experiment's variables go first. */
  readonly rollout: CompiledVariation | undefined;
  readonly experiment: CompiledVariation | undefined;
  /** The one of the two that the flag is of. */
  readonly decisive: CompiledVariation;
  /** The record that the rollout was stored in; undefined: the rollout is decided now. */
  readonly keptFrom: StoredDecision | undefined;
}

/** In this order: what is stored, holdout groups, rollouts, experiments. */
export function outcomeOf(evaluation: Evaluation, feature: CompiledFeature): Outcome {
  const before = evaluation.record(feature.key, feature.id, true);
  const kept = before && storedExperiment(evaluation, feature, before);
  const keptRollout = before && storedRollout(feature, before);
  const settled = kept !== undefined || keptRollout !== undefined;
  const holdouts = feature.holdouts.length > 0 ? holdoutsOf(evaluation, feature, before, settled) : undefined;
  const { off } = feature;
  if (holdouts?.heldOut) return { kind: 'held-out', flag: off.holdout.flag, before, holdouts };
  if (kept) return { kind: 'stored', flag: kept.storedFlag, before, holdouts };

  const rollout = keptRollout ?? passedRollout(evaluation, feature);
  const isRolledOut = typeof rollout !== 'string';
  if (!isRolledOut && feature.rollouts.length > 0) {
    return { kind: 'off', flag: off[rollout].flag, before, holdouts, reason: rollout };
  }

  const keptFrom = keptRollout && before;
  const experiment = passedExperiment(evaluation, feature);
  if (typeof experiment !== 'string') {
    const passed = isRolledOut ? rollout : undefined;
    const { flag } = experiment;
    return { kind: 'on', flag, before, holdouts, rollout: passed, experiment, decisive: experiment, keptFrom };
  }
  if (!isRolledOut) return { kind: 'off', flag: off[experiment].flag, before, holdouts, reason: experiment };
  const flag = keptFrom ? rollout.storedFlag : rollout.flag;
  return { kind: 'on', flag, before, holdouts, rollout, experiment: undefined, decisive: rollout, keptFrom };
}
