import type { CompiledVariation, CompiledFeature } from '../model/compiled-feature.js';
import type { Evaluation } from '../model/evaluation.js';
import type { HoldoutOutcome } from './holdouts.js';
import type { StoredDecision } from '../../../model/index.js';

/** The fields that a decision sets. Others in a record are the user's own, and are kept when it is written again. */
const OURS: ReadonlySet<string> = new Set([
  'featureKey',
  'featureId',
  'userId',
  'rolloutId',
  'rolloutKey',
  'rolloutVariationId',
  'experimentId',
  'experimentKey',
  'experimentVariationId',
  'isInHoldoutId',
  'notInHoldoutId',
]);

/** The record of a flag that is on; undefined when what is stored says the same already. */
export function enabledRecord(
  evaluation: Evaluation,
  feature: CompiledFeature,
  before: StoredDecision | undefined,
  rollout: CompiledVariation | undefined,
  experiment: CompiledVariation | undefined,
  holdouts: HoldoutOutcome | undefined,
  keepsRollout: boolean,
): StoredDecision | undefined {
  if (!storable(rollout, experiment)) return undefined;
  const record = decided(evaluation.user.id, feature, rollout, experiment);
  if (before === undefined && holdouts === undefined) return record;
  const outside = holdouts ? holdouts.outside : before?.['notInHoldoutId'];
  return recordIfChanged(before, {
    ...record,
    ...(keepsRollout && { rolloutId: before?.['rolloutId'] }),
    ...(isFilled(outside) && { notInHoldoutId: outside }),
  });
}

/** What is stored, with the holdout groups that were looked at since; undefined when there are none. */
export function recordWithHoldouts(
  evaluation: Evaluation,
  feature: CompiledFeature,
  before: StoredDecision | undefined,
  holdouts: HoldoutOutcome | undefined,
): StoredDecision | undefined {
  if (holdouts === undefined || holdouts.events.length === 0) return undefined;
  return { ...before, ...blank(evaluation.user.id, feature), notInHoldoutId: holdouts.outside };
}

export function heldOutRecord(
  evaluation: Evaluation,
  feature: CompiledFeature,
  before: StoredDecision | undefined,
  { inside, outside }: HoldoutOutcome,
): StoredDecision | undefined {
  return recordIfChanged(before, {
    ...blank(evaluation.user.id, feature),
    isInHoldoutId: inside,
    ...(isFilled(outside) && { notInHoldoutId: outside }),
  });
}

/** What the official SDK does not store: what it could not find again. */
function storable(rollout: CompiledVariation | undefined, experiment: CompiledVariation | undefined): boolean {
  return experiment ? experiment.storable : rollout !== undefined && rollout.storable;
}

function decided(
  userId: string,
  { key, id }: CompiledFeature,
  rollout: CompiledVariation | undefined,
  experiment: CompiledVariation | undefined,
): StoredDecision {
  if (rollout === undefined) {
    return {
      featureKey: key,
      featureId: id,
      userId,
      experimentId: experiment?.rule.campaignId,
      experimentKey: experiment?.rule.campaignKey,
      experimentVariationId: experiment?.id,
    };
  }
  const { rule } = rollout;
  if (experiment === undefined) {
    return {
      featureKey: key,
      featureId: id,
      userId,
      rolloutId: rule.campaignId,
      rolloutKey: rule.campaignKey,
      rolloutVariationId: rollout.id,
    };
  }
  return {
    featureKey: key,
    featureId: id,
    userId,
    rolloutId: rule.campaignId,
    rolloutKey: rule.campaignKey,
    rolloutVariationId: rollout.id,
    experimentId: experiment.rule.campaignId,
    experimentKey: experiment.rule.campaignKey,
    experimentVariationId: experiment.id,
  };
}

function blank(userId: string, { key, id }: CompiledFeature): StoredDecision {
  return { featureKey: key, featureId: id, userId };
}

/** The new record with the user's own fields of the old one; undefined when nothing of ours is different. */
export function recordIfChanged(
  before: StoredDecision | undefined,
  record: StoredDecision,
): StoredDecision | undefined {
  if (before === undefined) return record;
  const isSame = [...OURS].every((field) => isEqual(before[field], record[field]));
  if (isSame) return undefined;
  const theirs = Object.entries(before).filter(([field]) => !OURS.has(field));
  return { ...Object.fromEntries(theirs), ...record };
}

function isEqual(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}
