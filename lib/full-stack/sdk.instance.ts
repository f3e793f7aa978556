import sdk, { type vwoInstance, type VWOLaunchConfig, type VWOUserStorageConfig } from 'vwo-node-sdk';
import { isObject, type JsonObject, type StoredDecision, type VwoUserContext } from '../model/index.js';
import { VwoSettingsError } from '../common/index.js';
import type { FullStackSettings } from './full-stack.settings.js';
import type { FullStackEvent } from './full-stack.events.js';
import { leavingProcessAsItWas, type ProcessState, withProcessState } from './process-state.js';

/** `ALL`, only goals without revenue, or only goals with revenue. */
export type GoalType = 'ALL' | 'CUSTOM_GOAL' | 'REVENUE_TRACKING';

export interface SdkBehaviour {
  readonly shouldTrackReturningUser: boolean;
  readonly goalTypeToTrack: GoalType;
  /** Where the SDK's errors go. */
  readonly complain: (message: string) => void;
}

/** On whose behalf the SDK works: the storage and the network that it sees. */
export interface SdkCaller {
  readonly user: VwoUserContext;
  /** The record of the user in this campaign; undefined when there is none that counts. */
  stored(campaignKey: string): StoredDecision | undefined;
  /** A record that the SDK made. */
  store(record: StoredDecision): void;
  /** An event that the SDK would have sent. */
  hear(event: FullStackEvent): void;
}

export interface SdkGoal {
  readonly identifier: string;
  readonly revenue: number | undefined;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
}

/** The parts of an instance that stand between its decisions and the world. */
interface SdkParts {
  SettingsFileManager?: unknown;
  userStorageService?: object;
  logger?: { log(level: number, message: string): void };
  eventQueue?: { process(config: unknown, query: JsonObject, instance: unknown, more?: { payload?: object }): void };
  batchEventsQueue?: { enqueue(entry: JsonObject): void };
}

const ERROR = 4;

/**
 * `vwo-node-sdk` with one version of the settings, cut off from the world: it decides, and storage, network, timers, hooks
 * and logger are ours. Shared by all visits; each call is synchronous, so "who is calling" is a slot that is set around it.
 *
 * `launch` is given nothing but the settings: for every further option it prints a line to the console, and in development
 * mode it colours the logs of the whole process. It reads its configuration anew in each call, so the rest comes after.
 */
export class SdkInstance {
  /** The SDK keeps this very object, and looks at it in every call. */
  private readonly config: VWOLaunchConfig;
  private readonly instance: vwoInstance;
  private readonly state: ProcessState;
  private readonly userStorageService: VWOUserStorageConfig;
  private caller: SdkCaller | undefined;

  /** Throws `VwoSettingsError` when the SDK refuses the settings. */
  constructor(settings: FullStackSettings, behaviour: SdkBehaviour) {
    const { collectionPrefix: _, ...settingsFile } = settings; // a part of URLs that nothing is sent to
    this.config = { settingsFile };
    this.instance = leavingProcessAsItWas(() => sdk.launch(this.config));
    this.state = {
      hook: undefined,
      collectionPrefix: undefined,
      isEventArchEnabled: settings.isEventArchEnabled,
      isNB: settings.isNB,
      isNBv2: settings.isNBv2,
    };
    this.userStorageService = {
      // A miss is undefined, which the SDK takes for "nothing stored", although its types know no such thing.
      get: (_userId, campaignKey) => this.caller?.stored(campaignKey) as Record<string, unknown>,
      set: (record) => this.caller?.store(record as StoredDecision),
    };
    this.cutOff(this.instance as SdkParts, settings, behaviour);
  }

  /** A/B test: the variation's name, or null. */
  activate(caller: SdkCaller, campaignKey: string): string | null {
    return this.call(caller, () => this.instance.activate(campaignKey, caller.user.id, optionsOf(caller, campaignKey)));
  }

  isFeatureEnabled(caller: SdkCaller, campaignKey: string): boolean {
    return this.call(caller, () =>
      this.instance.isFeatureEnabled(campaignKey, caller.user.id, optionsOf(caller, campaignKey)),
    );
  }

  /** Sends nothing and stores nothing; null without a record. */
  variationName(caller: SdkCaller, campaignKey: string): string | null {
    return this.call(caller, () =>
      this.instance.getVariationName(campaignKey, caller.user.id, optionsOf(caller, campaignKey)),
    );
  }

  /** What `variationName` would say if no storage were there. */
  variationNameByRules(caller: SdkCaller, campaignKey: string): string | null {
    return this.call(caller, () => {
      this.config.userStorageService = undefined;
      try {
        return this.instance.getVariationName(campaignKey, caller.user.id, optionsOf(caller));
      } finally {
        this.config.userStorageService = this.userStorageService;
      }
    });
  }

  variable(caller: SdkCaller, campaignKey: string, variableKey: string): unknown {
    const options = optionsOf(caller, campaignKey);
    return this.call(caller, () =>
      this.instance.getFeatureVariableValue(campaignKey, variableKey, caller.user.id, options),
    );
  }

  /** The campaigns in which the goal was tracked. */
  track(caller: SdkCaller, campaignKeys: readonly string[], goal: SdkGoal): readonly string[] {
    // With several campaigns the SDK would apply one `userStorageData` to all of them; its `get` is asked for each.
    const options = {
      ...optionsOf(caller, campaignKeys.length === 1 ? campaignKeys[0] : undefined),
      ...(goal.revenue !== undefined && { revenueValue: goal.revenue }),
      ...(goal.properties !== undefined && { eventProperties: { ...goal.properties } }),
    };
    const tracked: Readonly<Record<string, boolean>> | null = this.call(caller, () =>
      this.instance.track([...campaignKeys], caller.user.id, goal.identifier, options),
    );
    return campaignKeys.filter((key) => tracked?.[key] === true);
  }

  push(caller: SdkCaller, tags: Readonly<Record<string, string>>): boolean {
    return this.call(caller, () => Boolean(this.instance.push({ ...tags }, caller.user.id)));
  }

  private cutOff(instance: SdkParts, { isEventArchEnabled }: FullStackSettings, behaviour: SdkBehaviour): void {
    if (!instance.SettingsFileManager) throw new VwoSettingsError('vwo-node-sdk refuses these settings');
    this.config.isDevelopmentMode = true; // what has no seam below is not sent at all
    this.config.batchEvents = isEventArchEnabled ? undefined : {};
    this.config.userStorageService = this.userStorageService;
    this.config.shouldTrackReturningUser = behaviour.shouldTrackReturningUser;
    this.config.goalTypeToTrack = behaviour.goalTypeToTrack as VWOLaunchConfig['goalTypeToTrack'];
    instance.userStorageService = this.userStorageService;
    instance.batchEventsQueue = { enqueue: (entry) => this.caller?.hear({ kind: 'entry', entry }) };
    instance.eventQueue = {
      process: (_config, query, _instance, { payload } = {}) => {
        if (payload) this.caller?.hear({ kind: 'post', query, payload });
      },
    };
    instance.logger = { log: (level, message) => (level >= ERROR ? behaviour.complain(message) : undefined) };
  }

  private call<T>(caller: SdkCaller, work: () => T): T {
    const before = this.caller;
    this.caller = caller;
    try {
      return withProcessState(this.state, work);
    } finally {
      this.caller = before;
    }
  }
}

/** What the SDK takes about a user. Anything that is not an object would make it answer null. */
function optionsOf(caller: SdkCaller, campaignKey?: string): JsonObject {
  const { customVariables, variationTargetingVariables, metaData, userAgent, ipAddress } = caller.user;
  return {
    customVariables: objectOr(customVariables),
    variationTargetingVariables: objectOr(variationTargetingVariables),
    metaData: objectOr(metaData),
    userAgent,
    userIpAddress: ipAddress,
    userStorageData: campaignKey === undefined ? undefined : caller.stored(campaignKey),
  };
}

function objectOr(value: JsonObject | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}
