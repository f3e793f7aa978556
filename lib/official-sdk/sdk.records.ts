import {
  type CompiledSettings,
  type CompiledVariation,
  type Evaluation,
  recordIfChanged,
  storedExperiment,
  storedRollout,
  storedVariation,
} from '../fme/index.js';
import type { JsonObject, StoredDecision } from '../model/index.js';

/** One stored record as a decision of the SDK may use it. */
export interface ReadableRecord {
  /** As it is stored, this user's and this key's beyond doubt. */
  readonly record: StoredDecision;
  /** The variation in it that the rules of this feature still have. */
  readonly kept: CompiledVariation | undefined;
}

/** The record under a key, if it is this user's and this key's. A refused one is counted in `evaluation.refused`. */
export function readableRecord(
  settings: CompiledSettings,
  key: string,
  evaluation: Evaluation,
): ReadableRecord | undefined {
  const feature = settings.features.get(key);
  const record = evaluation.record(key, feature?.id, true);
  if (record === undefined) return undefined;
  return { record, kept: feature && (storedExperiment(evaluation, feature, record) ?? storedRollout(feature, record)) };
}

/**
 * What the SDK gets to see of it: a copy. It believes any variation of any campaign in the account, so one that is not
 * among the rules of this feature is taken out; and from 1.36 it ignores records without `featureId`.
 */
export function shownToSdk(settings: CompiledSettings, key: string, { record, kept }: ReadableRecord): JsonObject {
  const feature = settings.features.get(key);
  if (!feature) return { ...record };
  return { ...record, featureId: feature.id, ...(!kept && { experimentKey: '', rolloutKey: '' }) };
}

/** The record to store for one that the SDK has set; undefined when what is stored says the same already. */
export function recordToStore(
  settings: CompiledSettings,
  key: string,
  before: StoredDecision | undefined,
  set: JsonObject,
): StoredDecision | undefined {
  const { id: featureId } = settings.features.get(key) ?? {};
  const fields = Object.entries(set).filter(([, value]) => value !== undefined && !isEmptyList(value));
  const record = { ...(featureId !== undefined && { featureId }), ...Object.fromEntries(fields) } as StoredDecision &
    JsonObject;
  if (record['rolloutId'] || record['experimentId'] || record['isInHoldoutId']) return recordIfChanged(before, record);
  // From 1.39 flags that are off have records too: of the holdout groups that the user is not in, if there are any.
  return record['notInHoldoutId'] ? recordIfChanged(before, { ...before, ...record }) : undefined;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The variation that a record is about; undefined when the rules of its feature do not have it. */
export function variationOf(
  settings: CompiledSettings,
  key: string,
  record: StoredDecision,
): CompiledVariation | undefined {
  const feature = settings.features.get(key);
  if (!feature) return undefined;
  const { experimentKey, experimentVariationId, rolloutKey, rolloutVariationId } = record;
  return experimentVariationId
    ? storedVariation(feature.experiments, experimentKey, experimentVariationId)
    : storedVariation(feature.rollouts, rolloutKey, rolloutVariationId);
}
