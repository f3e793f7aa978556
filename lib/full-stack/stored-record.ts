import { isDeepStrictEqual } from 'node:util';
import type { Diagnostics } from '../common/index.js';
import { isEmpty, isObject, type StoredDecision } from '../model/index.js';
import { variationNamed } from './compiled-campaigns.js';
import type { FullStackCampaign } from './full-stack.settings.js';
import { withGoal } from './goals.js';

/** `foreign`: of another user or campaign, or not a record. `stale`: of a variation that is gone. */
export type RecordState = 'good' | 'foreign' | 'stale';

/** The SDK looks at the name of the variation only, and takes any user's and any campaign's record. */
export function stateOf(record: StoredDecision, userId: string, campaign: FullStackCampaign): RecordState {
  const { variationName, campaignKey } = record;
  if (record.userId !== userId || campaignKey !== campaign.key) return 'foreign';
  if (typeof variationName !== 'string' || variationName === '') return 'foreign';
  return variationNamed(campaign, variationName) ? 'good' : 'stale';
}

/** Goals that are no text are none: the SDK splits them, would throw, and never track a goal of this user again. */
export function withTextGoals(record: StoredDecision): StoredDecision {
  const { goalIdentifier: goals, ...rest } = record;
  return goals === undefined || typeof goals === 'string' ? record : (rest as StoredDecision);
}

/**
 * What is stored when the SDK calls `set`, on top of the user's record; undefined when nothing changes. A record of another
 * variation (before whitelisting chose this one) leaves nothing behind.
 * @param goal the goal that is being tracked: which ones the SDK lists is not looked at, as it splits and repeats names
 */
export function mergedRecord(
  before: StoredDecision | undefined,
  set: StoredDecision,
  goal: string | undefined,
): StoredDecision | undefined {
  const { goalIdentifier: _, ...fields } = set;
  const kept = before?.variationName === set.variationName ? before : undefined;
  const merged: StoredDecision = {
    ...kept,
    ...fields,
    ...(goal !== undefined && { goalIdentifier: withGoal(kept?.goalIdentifier, goal) }),
  };
  return isDeepStrictEqual(merged, before) ? undefined : Object.freeze(merged);
}

/** `userStorageData` of a user context, as a record; undefined, and a warning, where it can be none. */
export function givenRecord(data: unknown, diagnostics: Diagnostics): StoredDecision | undefined {
  if (data === undefined) return undefined;
  if (isObject(data) && typeof data.campaignKey === 'string') return data as unknown as StoredDecision;
  if (isEmpty(data)) return undefined; // nothing was stored
  diagnostics.warnOnce(
    'user-storage-data',
    "A user's `userStorageData` was ignored: it must be one stored record, " +
      '{ userId, campaignKey, variationName, goalIdentifier? }. Leave it out where the storage has the records.',
  );
  return undefined;
}
