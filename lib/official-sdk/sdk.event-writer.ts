import type { Clock } from '../common/index.js';
import type { Diagnostics } from '../common/index.js';
import { errorText, within } from '../common/index.js';
import type { VisitUser } from '../client/index.js';
import type { VwoAttributes } from '../client/index.js';
import type { SdkCaller } from './sdk-caller.js';
import { SDK_TIMEOUT_MS } from './sdk.decider.js';
import type { SdkInstance } from './sdk.instance.js';

/** Lets the SDK write events. It is asynchronous even there, and whoever tracks does not wait. */
export class SdkEventWriter {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly caller: SdkCaller,
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {}

  /** Later changes of `properties` do not reach the event. Never throws. */
  track(instance: SdkInstance, visitor: VisitUser, eventName: string, properties: object | undefined): void {
    const copy = { ...properties };
    this.tell(instance, visitor, () => instance.track(this.caller, visitor, eventName, copy));
  }

  /** Never throws. */
  setAttribute(instance: SdkInstance, visitor: VisitUser, attributes: VwoAttributes): void {
    const copy = { ...attributes };
    this.tell(instance, visitor, () => instance.setAttribute(this.caller, visitor, copy));
  }

  /** Settles when every event so far is written; bounded, never rejects. */
  async written(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private tell({ settings }: SdkInstance, visitor: VisitUser, work: () => Promise<void>): void {
    if (settings.devMode && visitor.isDevMode === true) return; // everything works, and VWO hears nothing of it
    const told: Promise<void> = within(this.clock, SDK_TIMEOUT_MS, work(), undefined)
      .catch((error: unknown) => {
        this.diagnostics.warn('sdk-event', `VWO's SDK did not send an event: ${errorText(error)}`);
      })
      .finally(() => this.underWay.delete(told));
    this.underWay.add(told);
  }
}
