/** Whose event it is: the few fields of the user context that VWO hears. A visit's user fits as it is. */
export interface EventUser {
  readonly id: string;
  /** `visitorUuid(accountId, id)`. May be a getter: it is asked for when the event leaves. */
  readonly uuid: string;
  readonly userAgent?: string;
  readonly ipAddress?: string;
  /** Seconds since the epoch. @default the second of the event */
  readonly sessionId?: number;
}

/** What waits in the queue: enough to build VWO's payload when it leaves. `time` is in ms since the epoch. */
export type VwoEvent =
  | {
      readonly kind: 'impression';
      readonly user: EventUser;
      readonly time: number;
      readonly campaignId: number;
      readonly variationId: number;
      /** Holdout groups only. */
      readonly featureId?: number | undefined;
    }
  | {
      readonly kind: 'custom';
      readonly user: EventUser;
      readonly time: number;
      readonly name: string;
      readonly properties: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'attributes';
      readonly user: EventUser;
      readonly time: number;
      readonly attributes: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'usage'; readonly user: EventUser; readonly time: number }
  | {
      readonly kind: 'start';
      readonly time: number;
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
): VwoEvent {
  return { kind: 'impression', user, time, campaignId, variationId, featureId };
}

/** An event of the user's own, by its name in VWO. Later changes of `properties` do not reach it. */
export function customEvent(
  user: EventUser,
  name: string,
  properties: Readonly<Record<string, unknown>> | undefined,
  time: number,
): VwoEvent {
  return { kind: 'custom', user, time, name, properties: { ...properties } };
}

/** `vwo_syncVisitorProp`: attributes of a user. */
export function attributesEvent(
  user: EventUser,
  attributes: Readonly<Record<string, unknown>>,
  time: number,
): VwoEvent {
  return { kind: 'attributes', user, time, attributes: { ...attributes } };
}

/** `vwo_feTrackUsage`: a user was decided without an impression. */
export function usageEvent(user: EventUser, time: number): VwoEvent {
  return { kind: 'usage', user, time };
}

/** `vwo_fmeSdkInit`: once per start, unless the settings' `sdkMetaInfo.wasInitializedEarlier`. */
export function startEvent(settingsFetchTime: number, startTime: number, time: number): VwoEvent {
  return { kind: 'start', time, settingsFetchTime, startTime };
}
