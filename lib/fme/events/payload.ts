import type { JsonObject } from '../../model/index.js';
import { SDK_NAME, SDK_VERSION } from '../../transport/index.js';
import type { EventUser, QueuedEvent } from '../../events/index.js';
import type { VwoEvent } from './event.js';
import { visitorUuid } from '../../client/index.js';

/** VWO's name of the product. */
const PRODUCT = 'fme';

/** For whom payloads are built. */
export interface PayloadAccount {
  readonly accountId: string;
  readonly sdkKey: string;
}

/** An event as VWO takes it. */
export interface Payload {
  readonly d: {
    readonly msgId: string;
    readonly visId: string;
    readonly sessionId: number;
    readonly visitor_ua: string;
    readonly visitor_ip: string;
    readonly event: { readonly props: JsonObject; readonly name: string; readonly time: number };
    readonly visitor: { readonly props: JsonObject };
  };
}

type Impression = Extract<VwoEvent, { kind: 'impression' }>;

/** One event as VWO takes it: an entry of a batch, and the same as the body of a single event. */
export function payloadOf({ user, time, event }: QueuedEvent<VwoEvent>, account: PayloadAccount): Payload {
  switch (event.kind) {
    case 'impression':
      return impressionEntry(user, time, event, account);
    case 'custom':
      // VWO's own placeholders for a custom event, which properties of the same name replace.
      return entry(
        user,
        time,
        event.name,
        { isCustomEvent: true, variation: 1, id: 1, ...event.properties },
        {},
        account,
      );
    case 'attributes':
      return entry(
        user,
        time,
        'vwo_syncVisitorProp',
        { isCustomEvent: true, vwo_fs_environment: account.sdkKey },
        event.attributes,
        account,
      );
    case 'usage':
      return entry(user, time, 'vwo_feTrackUsage', {}, {}, account);
    case 'start':
      return entry(
        user,
        time,
        'vwo_fmeSdkInit',
        {
          vwo_fs_environment: account.sdkKey,
          product: PRODUCT,
          data: { isSDKInitialized: true, settingsFetchTime: event.settingsFetchTime, sdkInitTime: event.startTime },
        },
        {},
        account,
      );
  }
}

function entry(
  user: EventUser,
  time: number,
  name: string,
  props: JsonObject,
  visitor: JsonObject,
  { sdkKey }: PayloadAccount,
): Payload {
  const { uuid } = user;
  return {
    d: {
      msgId: `${uuid}-${time}`,
      visId: uuid,
      sessionId: user.sessionId,
      visitor_ua: user.userAgent ?? '',
      visitor_ip: user.ipAddress ?? '',
      event: {
        props: { vwo_sdkName: SDK_NAME, vwo_sdkVersion: SDK_VERSION, vwo_envKey: sdkKey, ...props },
        name,
        time,
      },
      visitor: { props: { vwo_fs_environment: sdkKey, ...visitor } },
    },
  };
}

function impressionEntry(
  user: EventUser,
  time: number,
  { campaignId, variationId, featureId }: Impression,
  account: PayloadAccount,
): Payload {
  const props = { id: campaignId, variation: variationId, isFirst: 1 };
  if (featureId !== undefined)
    return entry(user, time, 'vwo_variationShown', { ...props, fId: featureId }, {}, account);
  return entry(user, time, 'vwo_variationShown', props, user.ipAddress ? { ip: user.ipAddress } : {}, account);
}

/** Whose events are those of no user: the application's own. `time` in ms since the epoch. */
export function applicationUser({ accountId, sdkKey }: PayloadAccount, time: number): EventUser {
  const id = `${accountId}_${sdkKey}`;
  return { id, uuid: visitorUuid(accountId, id), sessionId: Math.floor(time / 1000) };
}
