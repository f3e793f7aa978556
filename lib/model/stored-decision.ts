/**
 * One stored record, as VWO's SDKs write it (`set(data)`), unknown fields included.
 * FME: `featureKey`, `featureId`, `rolloutId`, `rolloutKey`, `rolloutVariationId`, `experimentId`, `experimentKey`,
 * `experimentVariationId`, `isInHoldoutId`, `notInHoldoutId`. Full Stack: `campaignKey`, `variationName`, `goalIdentifier`.
 */
export interface StoredDecision {
  readonly userId: string;
  readonly [field: string]: unknown;
}

/** The records of one user, by key: feature key, campaign key or `_vwo_meta_meg_<groupId>`. */
export type StoredDecisions = ReadonlyMap<string, StoredDecision>;

export const NOTHING_STORED: StoredDecisions = new Map();

/** All that deciding asks of them. */
export type StoredRecords = Pick<StoredDecisions, 'get'>;

/** A record to write. It replaces only the record it was decided from. */
export interface StoredChange {
  readonly key: string;
  readonly record: StoredDecision;
  /** The very object that `load` gave, or undefined when there was none. */
  readonly replaces: StoredDecision | undefined;
}

/** A record to delete. It stays where another one is stored by now. */
export interface StoredRemoval {
  readonly key: string;
  /** The very object that `load` gave. */
  readonly record: StoredDecision;
}

/** The fields of a record that VWO's FME SDKs write and VWO documents. */
export const FME_RECORD_FIELDS = [
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
] as const;
