import { valueCopy, type VisitUser, type VwoAttributes } from '../client/index.js';
import { type Clock, type Diagnostics, errorText, within } from '../common/index.js';
import type { JsonObject } from '../model/index.js';
import type { InstalledSettings } from './host/installed-settings.js';
import type { OfficialSdkCaller } from './host/official-sdk.caller.js';
import { SDK_TIMEOUT_MS } from './host/sdk.host.js';

/** For whom the SDK writes. */
export interface SdkWriting {
  readonly settings: InstalledSettings;
  readonly user: VisitUser;
  readonly caller: OfficialSdkCaller;
  /** Called once, when everything is written or the SDK took too long. */
  readonly done: () => void;
}

/** Has the SDK write events. It is asynchronous even there, and whoever tracks does not wait. */
export class SdkEventWriter {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {}

  /** Properties are sent as they are now, whatever happens to them later. Never throws. */
  track({ settings, user, caller, done }: SdkWriting, eventName: string, properties: JsonObject | undefined): void {
    this.write(() => settings.track(caller, user, eventName, valueCopy({ ...properties })), done);
  }

  /** Never throws. */
  setAttribute({ settings, user, caller, done }: SdkWriting, attributes: VwoAttributes): void {
    this.write(() => settings.setAttribute(caller, user, { ...attributes }), done);
  }

  /** Settles when every event so far is written; bounded, never rejects. */
  async written(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private write(work: () => Promise<void>, done: () => void): void {
    const begun = (async () => work())(); // what cannot be read rejects, too
    const written: Promise<void> = within(this.clock, SDK_TIMEOUT_MS, begun, undefined)
      .catch((error: unknown) => {
        this.diagnostics.warn('sdk-event', `VWO's SDK did not send an event: ${errorText(error)}`);
      })
      .finally(() => {
        this.underWay.delete(written);
        done();
      });
    this.underWay.add(written);
  }
}
