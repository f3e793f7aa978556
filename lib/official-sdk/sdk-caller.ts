import type { JsonObject } from '../model/index.js';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { OfficialNotice } from './official-sdk.types.js';
import type { SdkEvent } from './sdk.events.js';

/** On whose behalf the SDK works: the storage, the gateway and the ear that it finds. */
export interface SdkCaller {
  /** The record under a key; undefined when there is none that counts. */
  stored(key: string): JsonObject | undefined;
  /** A record that the SDK wants stored. */
  store(record: JsonObject): void;
  /** An event that the SDK wants sent. */
  hear(event: SdkEvent): void;
  /** A question to VWO's gateway, e.g. `/check-attribute`. */
  ask(path: string, query: JsonObject): unknown;
  /** What the SDK tells `integrations.callback`. */
  notice(notice: OfficialNotice): void;
}

/** The SDK sends impressions without waiting for them: only this finds whose they are. */
const scope = new AsyncLocalStorage<SdkCaller>();

/** Lets the SDK work for a caller, in what `work` starts too. */
export function onBehalfOf<T>(caller: SdkCaller, work: () => T): T {
  return scope.run(caller, work);
}

/** Undefined when the SDK works for itself. */
export function currentCaller(): SdkCaller | undefined {
  return scope.getStore();
}

/**
 * The storage connector that the SDK sees: asynchronous as it wants it, answering at once, never throwing or rejecting.
 * It has neither `getSettings` nor `setSettings`: settings are not the SDK's affair.
 */
export const sdkConnector = Object.freeze({
  get: (featureKey: string): Promise<JsonObject | undefined> => Promise.resolve(currentCaller()?.stored(featureKey)),
  set: (record: JsonObject): Promise<void> => Promise.resolve(currentCaller()?.store(record)),
});
