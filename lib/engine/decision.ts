import type { VwoFlag } from './flag.js';
import type { StoredDecision } from './stored-decision.js';

/** What VWO shall hear of a decision. */
export type DecisionEvent =
  | { readonly name: 'vwo_variationShown'; readonly campaignId: number; readonly variationId: number }
  | { readonly name: 'vwo_feTrackUsage' };

/** A record to keep, under its key. */
export interface NewRecord {
  readonly key: string;
  readonly record: StoredDecision;
}

/** What `decide` answers. All of it is immutable. */
export interface Decision {
  /** Shared between users: the same outcome is the same object. */
  readonly flag: VwoFlag;
  /** Records to store: the feature's and its groups', only those that changed. */
  readonly records: readonly NewRecord[];
  /** In the order in which the official SDK sends them. */
  readonly events: readonly DecisionEvent[];
}
