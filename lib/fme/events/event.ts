import type { EventUser, QueuedEvent } from '../../events/index.js';

/** What VWO is told: enough to build its payload when the event leaves. */
export type VwoEvent =
  | {
      readonly kind: 'impression';
      readonly campaignId: number;
      readonly variationId: number;
      /** Holdout groups only. */
      readonly featureId?: number | undefined;
    }
  | {
      readonly kind: 'custom';
      readonly name: string;
      readonly properties: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'attributes'; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly kind: 'usage' }
  | {
      readonly kind: 'start';
      /** How long the first settings took, in ms; 0 where they were given. */
      readonly settingsFetchTime: number;
      /** How long the whole start took, in ms. */
      readonly startTime: number;
    };

/** `vwo_variationShown`: a variation was decided afresh and read; with `featureId` it is about a holdout group. */
export function impression(
  user: EventUser,
  campaignId: number,
  variationId: number,
  time: number,
  featureId?: number,
): QueuedEvent<VwoEvent> {
  return { user, time, event: { kind: 'impression', campaignId, variationId, featureId } };
}

/** An event of the user's own, by its name in VWO. Later changes of `properties` do not reach it. */
export function customEvent(
  user: EventUser,
  name: string,
  properties: Readonly<Record<string, unknown>> | undefined,
  time: number,
): QueuedEvent<VwoEvent> {
  return { user, time, event: { kind: 'custom', name, properties: { ...properties } } };
}

/** `vwo_syncVisitorProp`: attributes of a user. */
export function attributesEvent(
  user: EventUser,
  attributes: Readonly<Record<string, unknown>>,
  time: number,
): QueuedEvent<VwoEvent> {
  return { user, time, event: { kind: 'attributes', attributes: { ...attributes } } };
}

/** `vwo_feTrackUsage`: a user was decided without an impression. */
export function usageEvent(user: EventUser, time: number): QueuedEvent<VwoEvent> {
  return { user, time, event: { kind: 'usage' } };
}

/** `vwo_fmeSdkInit`: once per start, unless the settings' `sdkMetaInfo.wasInitializedEarlier`. */
export function startEvent(
  user: EventUser,
  settingsFetchTime: number,
  startTime: number,
  time: number,
): QueuedEvent<VwoEvent> {
  return { user, time, event: { kind: 'start', settingsFetchTime, startTime } };
}
