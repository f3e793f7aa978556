import { definedValues, isObject, isPlainObject, type JsonObject } from './json-value.js';

/** What the application may give as a user's id. It is made text. */
export type UserId = string | number | bigint;

/**
 * Who decides: VWO's user context. Copied and frozen when a visit opens; what the caller does to it later changes nothing.
 * A visit's user has a text as `id`; where a user is given, `VwoUserContext<UserId>` takes numbers too.
 */
export interface VwoUserContext<Id extends UserId = string> {
  /** The user's id, not empty. Decisions, records and events are those of this id. */
  readonly id: Id;
  /** What segments ask about, by name. */
  readonly customVariables?: JsonObject;
  /** What whitelisting ("forced variation") asks about, by name. */
  readonly variationTargetingVariables?: JsonObject;
  /** Names of custom variables that go with impressions, so that reports can be split by them (SDK 1.28). */
  readonly postSegmentationVariables?: readonly string[];
  /** Looked at by rules on the user agent, and sent with events. @default in a request of Nest's, its header `user-agent`; else none */
  readonly userAgent?: string;
  /** An IPv4 or IPv6 address; `::ffff:192.0.2.1` becomes `192.0.2.1`. @default in a request of Nest's, `request.ip`; else none */
  readonly ipAddress?: string;
  /** VWO's session id, seconds since the epoch. @default the second in which the visit opened, also for 0 */
  readonly sessionId?: number;
  /** Buckets by this instead of the id, so that e.g. one company sees one variation (SDK 1.41). Only blanks: by the id. */
  readonly bucketingSeed?: string;
  /** With dev mode on in the settings: decides, but sends no events (SDK 1.43). */
  readonly isDevMode?: boolean;
  /** What other VWO products know, e.g. `{ webTestingCampaigns: { 122: '2' } }` (SDK 1.60). */
  readonly platformVariables?: JsonObject;
  /** Location and user agent, where the application knows them already: VWO's gateway is not asked for them. */
  readonly _vwo?: UserDetails;
  /** The same, by the name of Wingify's SDK; goes before `_vwo`. */
  readonly _wingify?: UserDetails;
  /** Kept in the stored record of each new decision (Full Stack). */
  readonly metaData?: JsonObject;
  /** The stored record of one campaign, where the application has fetched it itself: it goes before the storage's (Full Stack). */
  readonly userStorageData?: JsonObject;
}

const FIELDS: Readonly<Record<keyof VwoUserContext, true>> = {
  id: true,
  customVariables: true,
  variationTargetingVariables: true,
  postSegmentationVariables: true,
  userAgent: true,
  ipAddress: true,
  sessionId: true,
  bucketingSeed: true,
  isDevMode: true,
  platformVariables: true,
  _vwo: true,
  _wingify: true,
  metaData: true,
  userStorageData: true,
};
const FIELD_NAMES = Object.keys(FIELDS) as readonly (keyof VwoUserContext)[];

/**
 * The same user in an object that can be spread: what accessors of a class give (an ORM's entity has them) is read now. Throws
 * what an accessor throws.
 */
export function spreadableUser(given: VwoUserContext<UserId>): VwoUserContext<UserId> {
  return isPlainObject(given) ? given : { ...given, ...definedValues(given, FIELD_NAMES) };
}

/** Where a user is and with what device, in the words of VWO's gateway. */
export interface UserDetails {
  /** `country`, `region`, `city`. Rules look at it where the user has an `ipAddress`. */
  readonly location?: JsonObject;
  /** `os`, `os_version`, `device_type`, `device`, `browser_string`, `browser_version`. Devices count where there is a `userAgent`. */
  readonly userAgent?: JsonObject;
}

/** What VWO's gateway said about a user, fetched before the visit opened. */
export interface GatewayFacts extends UserDetails {
  /** Membership by `listKey(listId, attribute)`. */
  readonly lists?: ReadonlyMap<string, boolean>;
}

/** The key of one list membership in `GatewayFacts.lists`. */
export function listKey(listId: string, attribute: string): string {
  return `${listId}\u0000${attribute}`;
}

/** The details that the application gave; undefined when it gave none. */
export function knownDetails({ _wingify, _vwo }: Pick<VwoUserContext, '_wingify' | '_vwo'>): UserDetails | undefined {
  const given: unknown = _wingify || _vwo;
  return isObject(given) ? given : undefined;
}

/** What is bucketed by instead of the user's id; undefined: by the id. Only a text that is not blank counts (SDK 1.41). */
export function bucketingSeedOf({ bucketingSeed }: { readonly bucketingSeed?: unknown }): string | undefined {
  return typeof bucketingSeed === 'string' && bucketingSeed.trim() !== '' ? bucketingSeed : undefined;
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
