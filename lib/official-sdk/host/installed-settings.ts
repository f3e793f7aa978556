import type { VisitUser, VwoAttributes } from '../../client/index.js';
import { VwoSettingsError } from '../../common/index.js';
import type { CompiledSettings, VwoSettings } from '../../fme/index.js';
import type { SettingsProblem, VwoNotice } from '../../model/index.js';
import type { PreparedSettings } from '../../settings/index.js';
import { leavingNoTimers } from './no-timers.js';
import { currentCaller, type OfficialSdkCaller, onBehalfOf, sdkConnector } from './official-sdk.caller.js';
import type { OfficialClient, OfficialFlag, OfficialSdk } from './official-sdk.types.js';
import { NO_FEATURES } from './process-claim.js';
import { sdkContextOf } from './sdk-context.js';
import type { SdkLogEventLimit } from '../sdk.events.js';
import { sdkNetwork } from './sdk.network.js';

/** What the SDK is told besides the settings: the same for all settings of one client. */
export interface InstallOptions {
  readonly accountId: string;
  readonly sdkKey: string;
  /** VWO's gateway; undefined: rules that ask for it do not match. */
  readonly gatewayUrl: string | undefined;
  /** On whose behalf the SDK works when it works for itself. */
  readonly background: OfficialSdkCaller;
  /** Which of the events about the SDK itself are sent. */
  readonly logEvents: SdkLogEventLimit;
  /** Where the SDK's errors go. */
  readonly complain: (message: string) => void;
}

/**
 * One version of the settings, in VWO's SDK. It decides; its storage, network, timers, polling and log are the library's.
 * In 1.35 some of its state is the process': whoever calls `install` or `decide` takes turns.
 */
export class InstalledSettings implements PreparedSettings {
  private constructor(
    /** The same settings, for what happens around the SDK. */
    readonly compiled: CompiledSettings,
    private readonly client: OfficialClient,
  ) {}

  /**
   * Rejects with `VwoSettingsError` when the SDK refuses the settings.
   * @param first whether the start event is sent
   */
  static async install(
    sdk: OfficialSdk,
    { accountId, sdkKey, gatewayUrl, background, logEvents, complain }: InstallOptions,
    compiled: CompiledSettings,
    settings: VwoSettings,
    first: boolean,
  ): Promise<InstalledSettings> {
    refuseNamelessVariations(compiled);
    const options = {
      accountId,
      sdkKey,
      // A copy, as the SDK links rules and campaigns within it.
      settings: { ...structuredClone(settings), ...(!first && { sdkMetaInfo: { wasInitializedEarlier: true } }) },
      storage: sdkConnector,
      network: { client: sdkNetwork({ background, logEvents, complain }) },
      integrations: {
        callback: (notice: VwoNotice) => (currentCaller() ?? background).onIntegration({ ...notice }),
      },
      ...(gatewayUrl !== undefined && { gatewayService: { url: gatewayUrl } }),
      logger: {
        level: 'ERROR',
        isAlwaysNewInstance: true,
        transport: { level: 'ERROR', log: (_level: string, message: string) => complain(message) },
      },
      isUsageStatsDisabled: true,
      isBatchingDisabled: true, // the client batches; from 1.42 the SDK does so unless told otherwise
    };
    const client = await leavingNoTimers(() => sdk.init(options));
    if (!client || client.isSettingsValid === false) {
      throw new VwoSettingsError("VWO's SDK refuses these settings: they are not what its schema asks for");
    }
    // 1.35 checks this against its schema at every call. It has done so once, and decides on a copy.
    if (client.originalSettings !== undefined) client.originalSettings = NO_FEATURES;
    return new InstalledSettings(compiled, client);
  }

  get problems(): readonly SettingsProblem[] {
    return this.compiled.problems;
  }

  get version(): string | number | undefined {
    return this.compiled.version;
  }

  get pollInterval(): number | undefined {
    return this.compiled.pollInterval;
  }

  /** Rejects where the SDK does; what it finds wrong with one flag is no rejection, and that flag is off. */
  decide(caller: OfficialSdkCaller, key: string, user: VisitUser): Promise<OfficialFlag> {
    return onBehalfOf(caller, () => this.client.getFlag(key, sdkContextOf(user)));
  }

  async track(caller: OfficialSdkCaller, user: VisitUser, eventName: string, properties: object): Promise<void> {
    await onBehalfOf(caller, () => this.client.trackEvent(eventName, sdkContextOf(user), { ...properties }));
  }

  async setAttribute(caller: OfficialSdkCaller, user: VisitUser, attributes: VwoAttributes): Promise<void> {
    await onBehalfOf(caller, () => this.client.setAttribute({ ...attributes }, sdkContextOf(user)));
  }

  /** Ends what this version of the SDK keeps running. */
  async close(): Promise<void> {
    await this.client.shutdown?.();
  }
}

/** A variation without an id cannot be stored: the SDK rejects a promise then that nobody holds, and the process ends. */
function refuseNamelessVariations({ features }: CompiledSettings): void {
  for (const { key, rules } of features.values()) {
    if (rules.every(({ variations }) => variations.every(({ storable }) => storable))) continue;
    throw new VwoSettingsError(`Feature "${key}" has a variation without an id, which VWO's SDK does not survive`);
  }
}
