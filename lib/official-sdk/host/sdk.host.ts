import { type Clock, type Diagnostics, errorText, VwoSettingsError, within } from '../../common/index.js';
import type { CompiledSettings, VwoSettings } from '../../fme/index.js';
import { installedSdk } from './installed-sdk.js';
import { type InstallOptions, InstalledSettings } from './installed-settings.js';
import type { OfficialSdk } from './official-sdk.types.js';
import { claimSdk, releaseSdk } from './process-claim.js';
import { SerialQueue } from './serial-queue.js';

/** The SDK waits for nothing but itself here. Past this it hangs, and nobody waits for it any longer, in ms. */
export const SDK_TIMEOUT_MS = 1_000;

export interface SdkHostOptions extends InstallOptions {
  /** Undefined: the installed one. */
  readonly sdk: OfficialSdk | undefined;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
}

const LATE = Symbol('late');

/** VWO's SDK, used by one client: loaded, given settings, called, shut down. */
export class SdkHost {
  private readonly turns = new SerialQueue();
  private loading: Promise<OfficialSdk> | undefined;
  /** Claimed for this client. */
  private sdk: OfficialSdk | undefined;
  /** Those that the SDK took last. */
  private installed: InstalledSettings | undefined;
  private isStopped = false;

  constructor(private readonly options: SdkHostOptions) {}

  /** Loads the SDK and claims it for this client. Rejects with `VwoSdkMissingError` or `VwoSdkInUseError`. */
  load(): Promise<OfficialSdk> {
    return (this.loading ??= this.claimed());
  }

  /** Gives the SDK new settings, between two visits. Rejects with `VwoSettingsError` when it does not take them in time. */
  async install(compiled: CompiledSettings, settings: VwoSettings): Promise<InstalledSettings> {
    const { clock } = this.options;
    const sdk = await this.load();
    return this.turns.take(async () => {
      const isFirst = this.installed === undefined;
      const install = InstalledSettings.install(sdk, this.options, compiled, settings, isFirst);
      const installed = await within(clock, SDK_TIMEOUT_MS, install, LATE);
      if (installed === LATE) {
        throw new VwoSettingsError(`VWO's SDK did not take the settings within ${SDK_TIMEOUT_MS} ms`);
      }
      return (this.installed = installed);
    });
  }

  /**
   * Calls the SDK for one visit, and for no other meanwhile: SDK 1.35 keeps the current user in shared state. Bounded in time,
   * the wait for the turn included; never rejects. `isAwaited` tells whether anybody waits for the outcome still.
   */
  async forOneVisit(work: (isAwaited: () => boolean) => Promise<void>): Promise<void> {
    const { clock } = this.options;
    let isAwaited = true;
    const turn = this.turns.take(() =>
      within(
        clock,
        SDK_TIMEOUT_MS,
        work(() => isAwaited),
        LATE,
      ),
    );
    try {
      const outcome = await within(clock, SDK_TIMEOUT_MS, turn, LATE);
      if (outcome === LATE) this.undecided(`it gave no answer within ${SDK_TIMEOUT_MS} ms`);
    } catch (error) {
      this.undecided(errorText(error));
    }
    isAwaited = false;
  }

  /** The SDK did not decide a flag. */
  undecided(why: string): void {
    this.options.diagnostics.warn('sdk-decision', `VWO's SDK did not decide: ${why}. Such flags are off.`);
  }

  /** Shuts the SDK down, within `ms`, and gives it to the next client. Never rejects. */
  async stop(ms: number): Promise<void> {
    this.isStopped = true;
    await this.shutDown(ms);
    if (this.sdk) releaseSdk(this.sdk, this);
  }

  private async shutDown(ms: number): Promise<void> {
    const { clock, diagnostics } = this.options;
    try {
      if (this.installed) await within(clock, ms, this.installed.close(), undefined);
    } catch (error) {
      diagnostics.warn('sdk-close', `VWO's SDK did not shut down: ${errorText(error)}`);
    }
  }

  private async claimed(): Promise<OfficialSdk> {
    const sdk = this.options.sdk ?? (await installedSdk());
    await claimSdk(sdk, this);
    this.sdk = sdk;
    if (this.isStopped) releaseSdk(sdk, this); // stopped meanwhile
    return sdk;
  }
}
