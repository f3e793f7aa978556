import type { NewRecord, StoredDecision } from '../../../model/index.js';
import type { CompiledFeature } from '../model/compiled-feature.js';
import { NO_RECORDS } from '../model/decision.constants.js';
import type { Evaluation } from '../model/evaluation.js';
import type { EnabledOutcome, Outcome } from './outcome.js';
import { recordIfChanged } from './record-fields.js';

/** What is to be stored: winners of groups, and the feature's own record if it changed. */
export function recordsOf(
  { groups, user }: Evaluation,
  feature: CompiledFeature,
  outcome: Outcome,
): readonly NewRecord[] {
  const record = recordOf(user.id, feature, outcome);
  if (record === undefined) return groups?.records ?? NO_RECORDS;
  const own = { key: feature.key, record };
  return groups ? [...groups.records, own] : [own];
}

function recordOf(userId: string, feature: CompiledFeature, outcome: Outcome): StoredDecision | undefined {
  const { before, holdouts } = outcome;
  switch (outcome.kind) {
    case 'on':
      return enabledRecord(userId, feature, outcome);
    case 'held-out':
      return recordIfChanged(before, {
        ...blank(userId, feature),
        isInHoldoutId: outcome.holdouts.inside,
        ...notInHoldouts(outcome.holdouts.outside),
      });
    case 'stored':
    case 'off':
      // What is stored, with the holdout groups that were looked at since, if there are any.
      if (holdouts === undefined || holdouts.events.length === 0) return undefined;
      return { ...before, ...blank(userId, feature), notInHoldoutId: holdouts.outside };
  }
}

function enabledRecord(userId: string, feature: CompiledFeature, outcome: EnabledOutcome): StoredDecision | undefined {
  const { before, holdouts, keptFrom } = outcome;
  if (!outcome.decisive.storable) return undefined;
  const record = decidedRecord(userId, feature, outcome);
  if (before === undefined) return holdouts ? { ...record, ...notInHoldouts(holdouts.outside) } : record;
  return recordIfChanged(before, {
    ...record,
    ...(keptFrom && { rolloutId: keptFrom['rolloutId'] }),
    ...notInHoldouts(holdouts ? holdouts.outside : before['notInHoldoutId']),
  });
}

/** Each form is written as a whole: a record that gets fields later takes longer to make and to copy; spread parts take ten times as long. */
function decidedRecord(
  userId: string,
  { key: featureKey, id: featureId }: CompiledFeature,
  { rollout, experiment, decisive }: EnabledOutcome,
): StoredDecision {
  const { campaignId: experimentId, campaignKey: experimentKey, id: experimentVariationId } = experiment ?? decisive;
  if (rollout === undefined)
    return { featureKey, featureId, userId, experimentId, experimentKey, experimentVariationId };
  const { campaignId: rolloutId, campaignKey: rolloutKey, id: rolloutVariationId } = rollout;
  if (experiment === undefined) return { featureKey, featureId, userId, rolloutId, rolloutKey, rolloutVariationId };
  return {
    featureKey,
    featureId,
    userId,
    rolloutId,
    rolloutKey,
    rolloutVariationId,
    experimentId,
    experimentKey,
    experimentVariationId,
  };
}

function blank(userId: string, { key, id }: CompiledFeature): StoredDecision {
  return { featureKey: key, featureId: id, userId };
}

function notInHoldouts(outside: unknown): object {
  return Array.isArray(outside) && outside.length > 0 ? { notInHoldoutId: outside } : {};
}
