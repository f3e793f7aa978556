import type { CompiledSettings, VwoSettings } from '../fme/engine/index.js';
import type { VisitUser } from '../client/index.js';
import type { VwoAttributes } from '../client/index.js';
import { knownDetails } from '../model/index.js';
import { VwoSettingsError } from '../common/index.js';
import { leavingNoTimers } from './no-timers.js';
import type { OfficialClient, OfficialNotice, OfficialSdk } from './official-sdk.types.js';
import { NO_FEATURES } from './process-claim.js';
import { currentCaller, onBehalfOf, type SdkCaller, sdkConnector } from './sdk-caller.js';
import { sdkNetwork } from './sdk.network.js';
import type { SdkDecision } from './sdk.decision.js';

/** What every instance of one client has in common. */
export interface SdkSurroundings {
  readonly sdk: OfficialSdk;
  readonly accountId: string;
  readonly sdkKey: string;
  /** VWO's gateway; undefined: rules that ask for it do not match. */
  readonly gatewayUrl: string | undefined;
  /** On whose behalf the SDK works when it works for itself. */
  readonly background: SdkCaller;
  /** Where the SDK's errors go. */
  readonly complain: (message: string) => void;
}

/**
 * The official SDK with one version of the settings, cut off from the world: it decides; storage, network, timers, polling
 * and logging are ours. In 1.35 some of its state is the process': whoever calls `start` or `decide` takes turns.
 */
export class SdkInstance {
  private constructor(
    /** The same settings, for what happens around the SDK. */
    readonly settings: CompiledSettings,
    private readonly client: OfficialClient,
  ) {}

  /**
   * Rejects with `VwoSettingsError` when the SDK refuses the settings.
   * @param first whether VWO shall hear of this start
   */
  static async start(
    { sdk, accountId, sdkKey, gatewayUrl, background, complain }: SdkSurroundings,
    compiled: CompiledSettings,
    settings: VwoSettings,
    first: boolean,
  ): Promise<SdkInstance> {
    refuseNamelessVariations(compiled);
    const options = {
      accountId,
      sdkKey,
      // A copy, as the SDK links rules and campaigns within it.
      settings: { ...structuredClone(settings), ...(!first && { sdkMetaInfo: { wasInitializedEarlier: true } }) },
      storage: sdkConnector,
      network: { client: sdkNetwork(background, (error) => complain(String(error))) },
      integrations: { callback: (notice: OfficialNotice) => (currentCaller() ?? background).notice({ ...notice }) },
      ...(gatewayUrl !== undefined && { gatewayService: { url: gatewayUrl } }),
      logger: {
        level: 'ERROR',
        isAlwaysNewInstance: true,
        transport: { level: 'ERROR', log: (_level: string, message: string) => complain(message) },
      },
      isUsageStatsDisabled: true,
      isBatchingDisabled: true, // we batch; from 1.42 the SDK does so unless told otherwise
    };
    const client = await leavingNoTimers(() => sdk.init(options));
    if (!client || client.isSettingsValid === false) {
      throw new VwoSettingsError("VWO's SDK refuses these settings: they are not what its schema asks for");
    }
    // 1.35 checks this against its schema at every call. It has done so once, and decides on a copy.
    if (client.originalSettings !== undefined) client.originalSettings = NO_FEATURES;
    return new SdkInstance(compiled, client);
  }

  /** Never rejects because of what the SDK finds wrong with one flag: that one is off. */
  async decide(decision: SdkDecision, visitor: VisitUser): Promise<void> {
    decision.settle(await onBehalfOf(decision, () => this.client.getFlag(decision.key, contextOf(visitor))));
  }

  async track(caller: SdkCaller, visitor: VisitUser, eventName: string, properties: object): Promise<void> {
    await onBehalfOf(caller, () => this.client.trackEvent(eventName, contextOf(visitor), properties));
  }

  async setAttribute(caller: SdkCaller, visitor: VisitUser, attributes: VwoAttributes): Promise<void> {
    await onBehalfOf(caller, () => this.client.setAttribute({ ...attributes }, contextOf(visitor)));
  }

  /** Ends what this version keeps running. */
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

/** The user as the SDK's own copy: it writes into what it is given. */
function contextOf(visitor: VisitUser): object {
  const { id, userAgent, ipAddress, sessionId, bucketingSeed, isDevMode } = visitor;
  const { customVariables, variationTargetingVariables, platformVariables } = visitor;
  const details = knownDetails(visitor);
  return {
    id,
    userAgent,
    ipAddress,
    sessionId,
    ...(bucketingSeed !== undefined && { bucketingSeed }),
    ...(isDevMode !== undefined && { isDevMode }),
    ...(customVariables && { customVariables: { ...customVariables } }),
    ...(variationTargetingVariables && { variationTargetingVariables: { ...variationTargetingVariables } }),
    ...(details && { _vwo: { ...details } }),
    ...(platformVariables && { platformVariables: { ...platformVariables } }),
  };
}
