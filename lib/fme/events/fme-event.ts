import { visitorUuid } from '../../client/index.js';
import type { EventUser } from '../../events/index.js';
import type { DecisionEvent } from '../../model/index.js';

/** What FME tells VWO, as it was decided or tracked; the queue adds the user and the time. */
export type FmeEvent = DecisionEvent | CustomEvent | AttributesEvent | StartEvent;

/** The impression of a variation, or of a holdout group. */
export type ShownEvent = Extract<DecisionEvent, { name: 'vwo_variationShown' }>;

/** An event of the account's own. */
export interface CustomEvent {
  readonly name: 'custom';
  /** Its name in VWO. */
  readonly eventName: string;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
}

/** Attributes of a user. */
export interface AttributesEvent {
  readonly name: 'vwo_syncVisitorProp';
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Once per start, unless the settings' `sdkMetaInfo.wasInitializedEarlier`. */
export interface StartEvent {
  readonly name: 'vwo_fmeSdkInit';
  /** How long the first settings took, in ms; 0 where they were given. */
  readonly settingsFetchTime: number;
  /** How long the whole start took, in ms. */
  readonly startTime: number;
}

/** The sender of events that belong to no user. */
export function applicationUser({ accountId, sdkKey }: { accountId: string; sdkKey: string }, time: number): EventUser {
  const id = `${accountId}_${sdkKey}`;
  return { id, uuid: visitorUuid(accountId, id), sessionId: Math.floor(time / 1000) };
}
