import { isObject, type JsonObject, type StoredDecision, type VwoUserContext } from '../model/index.js';
import type { FullStackEvent } from './full-stack.events.js';

/** One user during one call of the SDK: who it is, the storage that the SDK sees, and where its events go. */
export interface SdkUser {
  readonly context: VwoUserContext;
  /** The record of the user in this campaign; undefined when there is none that counts. */
  stored(campaignKey: string): StoredDecision | undefined;
  /** Takes a record that the SDK made. */
  store(record: StoredDecision): void;
  /** Takes an event that the SDK would have sent. */
  onEvent(event: FullStackEvent): void;
}

/** A user of whom the SDK reads what `stored` gives; it writes and sends nothing. */
export function readingUser(context: VwoUserContext, stored: SdkUser['stored'] = () => undefined): SdkUser {
  return { context, stored, store: () => undefined, onEvent: () => undefined };
}

/** The SDK's `options` about a user. Anything that is not an object would make it answer null. */
export function sdkOptionsOf(context: VwoUserContext): JsonObject {
  const { customVariables, variationTargetingVariables, metaData, userAgent, ipAddress } = context;
  return {
    customVariables: objectOr(customVariables),
    variationTargetingVariables: objectOr(variationTargetingVariables),
    metaData: objectOr(metaData),
    userAgent,
    userIpAddress: ipAddress,
  };
}

function objectOr(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}
