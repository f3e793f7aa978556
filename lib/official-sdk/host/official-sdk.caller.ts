import { AsyncLocalStorage } from 'node:async_hooks';
import { inNeutralContext } from '../../common/index.js';
import type { JsonObject, VwoNotice } from '../../model/index.js';
import type { SdkEvent } from '../sdk.events.js';

/** On whose behalf the SDK works: what its storage, its network and its integrations are connected to. */
export interface OfficialSdkCaller {
  /** The record under a key; undefined when there is none that counts. */
  stored(key: string): JsonObject | undefined;
  /** A record that the SDK wants stored. */
  store(record: JsonObject): void;
  /** An event that the SDK wants sent. */
  onEvent(event: SdkEvent): void;
  /** What the SDK tells `integrations.callback`. */
  onIntegration(notice: VwoNotice): void;
  /** A question to VWO's gateway, e.g. `/check-attribute`. */
  askGateway(path: string, query: JsonObject): unknown;
}

/** The SDK sends impressions without waiting for them: only this finds whose they are. */
const scope = new AsyncLocalStorage<OfficialSdkCaller>();

/**
 * Lets the SDK work for a caller, in what `work` starts too. Outside the async context of the request: the SDK keeps
 * promises until its next call, and with them what the application has in its own `AsyncLocalStorage`.
 */
export function onBehalfOf<T>(caller: OfficialSdkCaller, work: () => T): T {
  return inNeutralContext(() => scope.run(caller, work));
}

/** Undefined when the SDK works for itself. */
export function currentCaller(): OfficialSdkCaller | undefined {
  return scope.getStore();
}

/** For work that is about no flag: nothing is stored, the gateway is not asked. */
export function callerWithoutFlag(
  onEvent: OfficialSdkCaller['onEvent'],
  onIntegration: OfficialSdkCaller['onIntegration'],
): OfficialSdkCaller {
  return { stored: () => undefined, store: () => undefined, onEvent, onIntegration, askGateway: () => ({}) };
}

/**
 * The storage connector that the SDK sees: asynchronous as it wants it, answering at once, never throwing or rejecting.
 * It has neither `getSettings` nor `setSettings`: the library fetches the settings.
 */
export const sdkConnector = Object.freeze({
  get: (featureKey: string): Promise<JsonObject | undefined> => Promise.resolve(currentCaller()?.stored(featureKey)),
  set: (record: JsonObject): Promise<void> => Promise.resolve(currentCaller()?.store(record)),
});
