import { AsyncLocalStorage } from 'node:async_hooks';
import { inNeutralContext } from '../../common/index.js';
import type { OfficialNotice } from './official-sdk.types.js';
import type { SdkEvent } from '../sdk.events.js';

type Props = Readonly<Record<string, unknown>>;

/** On whose behalf the SDK works: what its storage, its network and its integrations are connected to. */
export interface OfficialSdkCaller {
  /** The record under a key; undefined when there is none that counts. */
  stored(key: string): Props | undefined;
  /** A record that the SDK wants stored. */
  store(record: Props): void;
  /** An event that the SDK wants sent. */
  onEvent(event: SdkEvent): void;
  /** What the SDK tells `integrations.callback`. */
  onIntegration(notice: OfficialNotice): void;
  /** A question to VWO's gateway, e.g. `/check-attribute`. */
  askGateway(path: string, query: Props): unknown;
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
  get: (featureKey: string): Promise<Props | undefined> => Promise.resolve(currentCaller()?.stored(featureKey)),
  set: (record: Props): Promise<void> => Promise.resolve(currentCaller()?.store(record)),
});
