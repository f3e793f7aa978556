import type { Id, JsonObject, VwoNotice } from '../../../model/index.js';
import type { CompiledFeature, CompiledRule } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import type { SegmentTerms } from '../model/segment-terms.js';
import type { HoldoutOutcome } from './holdouts.js';
import type { EnabledOutcome, Outcome } from './outcome.js';
import { triedRollout } from './rollout.decision.js';

/**
 * What VWO's SDK tells `integrations.callback` of a decision; nothing where it was stored. Of features in holdout groups it
 * tells of these, too (SDK 1.39).
 */
export function noticeOf(evaluation: Evaluation, feature: CompiledFeature, outcome: Outcome): VwoNotice | undefined {
  if (outcome.kind === 'stored' || (outcome.kind === 'held-out' && outcome.holdouts.before)) return undefined;
  return {
    featureName: feature.name,
    featureId: feature.id,
    featureKey: feature.key,
    userId: evaluation.user.id,
    api: 'getFlag',
    ...(outcome.holdouts && holdoutFields(outcome.kind, outcome.holdouts)),
    ...(outcome.kind !== 'held-out' && variables(evaluation, feature, outcome)),
    ...(outcome.kind === 'on' && passedRules(outcome)),
  };
}

function holdoutFields(kind: Outcome['kind'], holdouts: HoldoutOutcome): JsonObject {
  const inside = holdouts.events.flatMap(insideId);
  return {
    holdoutIDs: inside,
    isPartOfHoldout: inside.length > 0,
    isHoldoutPresent: holdouts.settled || holdouts.events.length > 0,
    isUserPartOfCampaign: kind === 'on',
    ...(kind === 'held-out' && { isEnabled: false }),
  };
}

function insideId(event: { name: string; campaignId?: Id; variationId?: number }): readonly unknown[] {
  return event.variationId === 1 ? [event.campaignId] : [];
}

/** The user's variables as the rules that were looked at last know them. */
function variables(evaluation: Evaluation, feature: CompiledFeature, outcome: Outcome): JsonObject {
  const experiments = feature.experiments.slice(0, evaluation.experimentsTried);
  const test = experiments.findLast(({ kind }) => kind === 'testing');
  const judged = experiments.at(isForced(outcome) ? -2 : -1) ?? lastRollout(evaluation, feature, outcome);
  return {
    ...(test && { variationTargetingVariables: variablesIn(evaluation, test.whitelistTerms) }),
    ...(judged && { customVariables: variablesIn(evaluation, judged.terms) }),
  };
}

function variablesIn(evaluation: Evaluation, terms: SegmentTerms): JsonObject {
  return { ...evaluation.variablesIn(terms), _vwoUserId: evaluation.idIn(terms) };
}

function lastRollout(evaluation: Evaluation, feature: CompiledFeature, outcome: Outcome): CompiledRule | undefined {
  if (outcome.kind === 'on' && outcome.keptFrom) return undefined;
  return triedRollout(evaluation, feature) ?? feature.rollouts.at(-1);
}

/** A stored rollout is told of only together with an experiment that its traffic let the user into. */
function passedRules(outcome: EnabledOutcome): JsonObject {
  const { rollout, experiment, keptFrom } = outcome;
  const tellsRollout = !keptFrom || (experiment && !isForced(outcome));
  return {
    ...(rollout &&
      tellsRollout && {
        rolloutId: keptFrom ? keptFrom['rolloutId'] : rollout.campaignId,
        rolloutKey: rollout.campaignKey,
        rolloutVariationId: rollout.id,
      }),
    ...(experiment && {
      experimentId: experiment.campaignId,
      experimentKey: experiment.campaignKey,
      experimentVariationId: experiment.id,
    }),
  };
}

function isForced(outcome: Outcome): boolean {
  return outcome.kind === 'on' && outcome.experiment?.flag.reason === 'forced';
}
