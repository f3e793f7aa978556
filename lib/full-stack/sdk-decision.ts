import type { JsonObject } from '../model/index.js';

/** `ALL`, only goals without revenue, or only goals with revenue. */
export type GoalType = 'ALL' | 'CUSTOM_GOAL' | 'REVENUE_TRACKING';

/** The options that change what the SDK decides. */
export interface TrackingOptions {
  readonly shouldTrackReturningUser: boolean;
  readonly goalTypeToTrack: GoalType;
}

export interface SdkBehaviour extends TrackingOptions {
  /** Called with what the SDK logs as an error. */
  readonly onError: (message: string) => void;
}

/** What the SDK decided for one user in one campaign. */
export interface CampaignDecision {
  /** A/B test: whether there is a variation; else whether the feature is on. */
  readonly isEnabled: boolean;
  /** Undefined where there is none, and for feature rollouts, whose only variation the SDK does not name. */
  readonly variationName: string | undefined;
  readonly isStored: boolean;
  /** Whether whitelisting ("forced variation") chose the variation. */
  readonly isForced: boolean;
}

export interface SdkGoal {
  readonly identifier: string;
  readonly revenue: number | undefined;
  readonly properties: JsonObject | undefined;
}
