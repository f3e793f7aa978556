import { isDeepStrictEqual } from 'node:util';
import type { StoredDecision } from '../model/index.js';
import type { FullStackCampaign } from './full-stack.settings.js';
import { variationNamed } from './compiled-campaigns.js';
import { joinedGoals } from './goals.js';

/** `foreign`: of another user or campaign, or not a record. `stale`: of a variation that is gone. */
export type RecordState = 'good' | 'foreign' | 'stale';

/** The SDK looks at the name of the variation only, and takes any user's and any campaign's record. */
export function stateOf(record: StoredDecision, userId: string, campaign: FullStackCampaign): RecordState {
  const { variationName, campaignKey } = record;
  if (record.userId !== userId || campaignKey !== campaign.key) return 'foreign';
  if (typeof variationName !== 'string' || variationName === '') return 'foreign';
  return variationNamed(campaign, variationName) ? 'good' : 'stale';
}

/**
 * What is stored when the SDK says `set`: for a goal it does so twice, with all goals and then with the last one alone.
 * Undefined when nothing changes.
 */
export function mergedRecord(before: StoredDecision | undefined, set: StoredDecision): StoredDecision | undefined {
  const goals = joinedGoals(before?.goalIdentifier, set.goalIdentifier);
  const merged = { ...before, ...set, ...(goals === undefined ? {} : { goalIdentifier: goals }) };
  return isDeepStrictEqual(merged, before) ? undefined : Object.freeze(merged);
}
