import type { EventUser, QueuedEvent } from '../../events/index.js';
import { SDK_NAME, SDK_VERSION } from '../../transport/index.js';
import { type JsonObject, own } from '../../model/index.js';
import type { FmeEvent, ShownEvent } from './fme-event.js';

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

/** One event as VWO takes it: an entry of a batch, and the same as the body of a single event. */
export function payloadOf({ user, time, event }: QueuedEvent<FmeEvent>, account: PayloadAccount): Payload {
  switch (event.name) {
    case 'vwo_variationShown':
      return entry(user, time, event.name, shownProps(event), shownVisitorProps(user, event), account);
    case 'custom':
      // VWO's own placeholders for a custom event, which properties of the same name replace.
      return entry(
        user,
        time,
        event.eventName,
        { isCustomEvent: true, variation: 1, id: 1, ...event.properties },
        {},
        account,
      );
    case 'vwo_syncVisitorProp':
      return entry(
        user,
        time,
        event.name,
        { isCustomEvent: true, vwo_fs_environment: account.sdkKey },
        event.attributes,
        account,
      );
    case 'vwo_feTrackUsage':
      return entry(user, time, event.name, {}, {}, account);
    case 'vwo_fmeSdkInit': {
      const data = {
        isSDKInitialized: true,
        settingsFetchTime: event.settingsFetchTime,
        sdkInitTime: event.startTime,
      };
      return entry(user, time, event.name, { vwo_fs_environment: account.sdkKey, product: PRODUCT, data }, {}, account);
    }
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
      sessionId: user.sessionId ?? Math.floor(time / 1000),
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

function shownProps({ campaignId, variationId, featureId }: ShownEvent): JsonObject {
  const props = { id: campaignId, variation: variationId, isFirst: 1 };
  return featureId === undefined ? props : { ...props, fId: featureId };
}

/** Impressions of holdout groups carry no visitor properties. */
export function shownVisitorProps(user: EventUser, { featureId }: ShownEvent): JsonObject {
  const { ipAddress, customVariables, postSegmentationVariables } = user;
  if (featureId !== undefined) return {};
  const props = customVariables && postSegmentationVariables && named(postSegmentationVariables, customVariables);
  return ipAddress ? { ...props, ip: ipAddress } : (props ?? {});
}

/** Without those that are `false`, 0 or `''`, as VWO's SDK sends them. */
function named(names: readonly string[], variables: JsonObject): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (own(variables, name) ? [[name, variables[name]]] : [])));
}
