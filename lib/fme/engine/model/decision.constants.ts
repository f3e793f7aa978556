import type { DecisionEvent, NewRecord } from '../../../model/index.js';

export const NO_RECORDS: readonly NewRecord[] = Object.freeze([]);

export const NO_EVENTS: readonly DecisionEvent[] = Object.freeze([]);

/** The user was looked at, and no impression says so. */
export const USAGE: readonly DecisionEvent[] = Object.freeze([Object.freeze({ name: 'vwo_feTrackUsage' as const })]);
