import type { DecidedFlag } from './flag.js';
import type { StoredDecision } from './stored-decision.js';

/** An event that is sent to VWO because of a decision. */
export type DecisionEvent =
  | {
      readonly name: 'vwo_variationShown';
      /** The campaign, or the holdout group. */
      readonly campaignId: number;
      /** For an impact campaign 2 is on, 1 off; for a holdout group 1 is held out, 2 not. */
      readonly variationId: number;
      /** Holdout groups only: sent as `fId`. */
      readonly featureId?: number;
    }
  | { readonly name: 'vwo_feTrackUsage' };

/** A record to keep, under its key. */
export interface NewRecord {
  readonly key: string;
  readonly record: StoredDecision;
}

/** A decision or a tracked event as VWO's SDK tells of it, e.g. `{ featureKey, userId, experimentId, experimentVariationId, api }`. */
export type VwoNotice = Readonly<Record<string, unknown>>;

/** What `decide` answers. All of it is immutable. */
export interface Decision {
  /** Shared between users: the same outcome is the same object. */
  readonly flag: DecidedFlag;
  /** Records to store: the feature's and its groups', only those that changed. */
  readonly records: readonly NewRecord[];
  /** In the order in which the official SDK sends them. */
  readonly events: readonly DecisionEvent[];
  /** Stored records of this feature and its groups that were not this user's or this feature's, or could not be read. */
  readonly refused: number;
  /** What `integrations.callback` is told; undefined where that was not asked for, or nothing is told. */
  readonly notice?: VwoNotice | undefined;
}
