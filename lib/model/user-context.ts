import type { JsonObject } from './json-value.js';

/** Who decides: VWO's user context. Copied and frozen when a visit opens; what the caller does to it later changes nothing. */
export interface VwoUserContext {
  /** The user's id, not empty. Decisions, storage and events hang on it. */
  readonly id: string;
  /** What segments ask about, by name. */
  readonly customVariables?: JsonObject;
  /** What whitelisting ("forced variation") asks about, by name. */
  readonly variationTargetingVariables?: JsonObject;
  readonly userAgent?: string;
  readonly ipAddress?: string;
  /** VWO's session id, seconds since the epoch. @default the second in which the visit opened */
  readonly sessionId?: number;
  /** Buckets by this instead of the id, so that e.g. one company sees one variation (SDK 1.41). */
  readonly bucketingSeed?: string;
  /** With dev mode on in the settings: decides, but sends no events (SDK 1.43). */
  readonly isDevMode?: boolean;
  /** What other VWO products know, e.g. `{ webTestingCampaigns: { 122: '2' } }` (SDK 1.60). */
  readonly platformVariables?: JsonObject;
  /** Kept in the stored record of each new decision (Full Stack). */
  readonly metaData?: JsonObject;
}

/** What VWO's gateway said about a user, fetched before the visit opened. */
export interface GatewayFacts {
  /** `country`, `region`, `city`. */
  readonly location?: JsonObject;
  /** `os`, `os_version`, `device_type`, `device`, `browser_string`, `browser_version`. */
  readonly userAgent?: JsonObject;
  /** Membership by `listKey(listId, attribute)`. */
  readonly lists?: ReadonlyMap<string, boolean>;
}

/** The key of one list membership in `GatewayFacts.lists`. */
export function listKey(listId: string, attribute: string): string {
  return `${listId}\u0000${attribute}`;
}

/** What one decision may look at. */
export interface DecisionUser extends VwoUserContext {
  /**
   * The hash of the user's id by which VWO's user lists know the user: account-bound, upper case, no dashes. May be a getter:
   * few rules ask.
   */
  readonly userListId: string;
  readonly gateway?: GatewayFacts;
}
