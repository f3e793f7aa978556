import type { EventUser, QueuedEvent } from '../../events/index.js';
import { SDK_NAME, SDK_VERSION } from '../../transport/index.js';
import type { FmeEvent, ShownEvent } from './fme-event.js';
import { type PayloadAccount, payloadOf, shownVisitorProps } from './payload.js';

/**
 * `JSON.stringify(payloadOf(…))`, to the byte. Impressions, which are nearly all events, are put together from text: what is the same for the
 * account is written once, and what is the same for a user once for those of its events that follow each other.
 */
export class PayloadText {
  private readonly sdkProps: string;
  private readonly environment: string;
  private user: EventUser | undefined;
  private beforeTime = '';
  private beforeCampaign = '';
  /** Undefined until an event carries it: what cannot be written costs no event that does not. */
  private visitor: string | undefined;

  constructor(private readonly account: PayloadAccount) {
    const { sdkKey } = account;
    const sdk = JSON.stringify({ vwo_sdkName: SDK_NAME, vwo_sdkVersion: SDK_VERSION, vwo_envKey: sdkKey });
    this.sdkProps = sdk.slice(0, -1);
    this.environment = JSON.stringify({ vwo_fs_environment: sdkKey });
  }

  of(queued: QueuedEvent<FmeEvent>): string {
    const { user, time, event } = queued;
    if (event.name !== 'vwo_variationShown' || !areNumbers(queued, event)) {
      return JSON.stringify(payloadOf(queued, this.account));
    }
    if (this.user !== user) this.meet(user);
    const { campaignId, variationId, featureId } = event;
    const feature = featureId === undefined ? '' : `,"fId":${featureId}`;
    const visitor = featureId === undefined ? (this.visitor ??= this.visitorOf(user, event)) : this.environment;
    return (
      `${this.beforeTime}${time}${this.beforeCampaign}${campaignId},"variation":${variationId},"isFirst":1${feature}},` +
      `"name":"vwo_variationShown","time":${time}},"visitor":{"props":${visitor}}}}`
    );
  }

  /** What cannot be written throws, and nothing is kept. */
  private meet(user: EventUser): void {
    const { uuid, sessionId, userAgent = '', ipAddress = '' } = user;
    this.user = undefined;
    this.visitor = undefined;
    this.beforeTime = `{"d":{"msgId":"${uuid}-`;
    this.beforeCampaign =
      `","visId":"${uuid}","sessionId":${sessionId},"visitor_ua":${JSON.stringify(userAgent)},` +
      `"visitor_ip":${JSON.stringify(ipAddress)},"event":{"props":${this.sdkProps},"id":`;
    this.user = user;
  }

  private visitorOf(user: EventUser, event: ShownEvent): string {
    return JSON.stringify({ vwo_fs_environment: this.account.sdkKey, ...shownVisitorProps(user, event) });
  }
}

/** Where settings say otherwise, an id may be anything; and the time, where the clock is the application's. */
function areNumbers(
  { time, user: { sessionId } }: QueuedEvent<FmeEvent>,
  { campaignId, variationId, featureId = 0 }: ShownEvent,
): boolean {
  return [time, sessionId, campaignId, variationId, featureId].every(Number.isFinite);
}
