import sdk, { type vwoInstance, type VWOLaunchConfig, type VWOUserStorageConfig } from 'vwo-node-sdk';
import { VwoSettingsError, withoutId } from '../common/index.js';
import type { JsonObject, StoredDecision, VwoUserContext } from '../model/index.js';
import type { FullStackCampaign, FullStackSettings } from './full-stack.settings.js';
import { type ProcessState, withProcessState } from './process-state.js';
import type { SdkBehaviour, CampaignDecision, SdkGoal } from './sdk-decision.js';
import { readingUser, sdkOptionsOf, type SdkUser } from './sdk-user.js';

/** The parts of an instance by which it reads and writes records and sends events: replaced by the library's. */
interface SdkParts {
  SettingsFileManager?: unknown;
  userStorageService?: object;
  eventQueue?: { process(config: unknown, query: JsonObject, instance: unknown, more?: { payload?: object }): void };
  batchEventsQueue?: { enqueue(entry: JsonObject): void };
}

/** What the SDK's hook is called with, in part. */
interface SdkNotice {
  readonly variationName?: string | null;
  readonly fromUserStorageService?: boolean;
  readonly isUserWhitelisted?: boolean;
}

/** One call of the SDK: for whom, and what its hook was called with. */
interface SdkCall {
  readonly user: SdkUser;
  notice?: SdkNotice;
}

/** The SDK's number for the log level of errors. */
const ERROR = 4;

/**
 * `vwo-node-sdk` with one version of the settings, isolated: it decides, and storage, network, timers, hooks
 * and logger are ours. Shared by all visits; each call is synchronous, so the call under way is a field that is set around it.
 *
 * `launch` is given nothing but the settings: for every further option it prints a line to the console, and in development
 * mode it colours the logs of the whole process. It reads its configuration anew in each call, so the rest comes after.
 */
export class VwoNodeSdk {
  private readonly instance: vwoInstance;
  private readonly state: ProcessState;
  private current: SdkCall | undefined;

  /** Throws `VwoSettingsError` when the SDK refuses the settings. */
  constructor(settings: FullStackSettings, behaviour: SdkBehaviour) {
    const { collectionPrefix: _, ...settingsFile } = settings; // a part of URLs that nothing is sent to
    const { isEventArchEnabled, isNB, isNBv2 } = settings;
    this.state = {
      hook: (notice: SdkNotice) => this.current && (this.current.notice = notice),
      log: (level: number, message: unknown) => level >= ERROR && behaviour.onError(this.anonymous(String(message))),
      collectionPrefix: undefined,
      isEventArchEnabled,
      isNB,
      isNBv2,
    };
    const config: VWOLaunchConfig = { settingsFile };
    this.instance = withProcessState(this.state, () => sdk.launch(config));
    this.cutOff(config, Boolean(isEventArchEnabled), behaviour);
  }

  /** What the first read of a campaign does: decides, stores, and sends an impression unless the decision was stored. */
  activate(user: SdkUser, { key, type }: FullStackCampaign): CampaignDecision {
    const { id } = user.context;
    const options = sdkOptionsOf(user.context);
    const { answer, notice } = this.call(user, () =>
      type === 'VISUAL_AB'
        ? this.instance.activate(key, id, options)
        : this.instance.isFeatureEnabled(key, id, options),
    );
    return {
      isEnabled: Boolean(answer),
      variationName: notice?.variationName ?? undefined,
      isStored: notice?.fromUserStorageService === true,
      isForced: notice?.isUserWhitelisted === true,
    };
  }

  /** The variation of an A/B or feature test that whitelisting gives the user, if it does. */
  forcedVariation(context: VwoUserContext, campaignKey: string): string | undefined {
    const { notice } = this.call(readingUser(context), () =>
      this.instance.getVariationName(campaignKey, context.id, sdkOptionsOf(context)),
    );
    return notice?.isUserWhitelisted === true ? (notice.variationName ?? undefined) : undefined;
  }

  /** The value of a variable for a user who has a record; null where the SDK cannot cast it to its type. */
  variable(user: SdkUser, campaignKey: string, variableKey: string): unknown {
    const { context } = user;
    return this.call(user, () =>
      this.instance.getFeatureVariableValue(campaignKey, variableKey, context.id, sdkOptionsOf(context)),
    ).answer;
  }

  /** The campaigns in which the goal was tracked. Needs a record in each, unless whitelisting decides. */
  track(user: SdkUser, campaignKeys: readonly string[], goal: SdkGoal): readonly string[] {
    const options = {
      ...sdkOptionsOf(user.context),
      ...(goal.revenue !== undefined && { revenueValue: goal.revenue }),
      ...(goal.properties !== undefined && { eventProperties: { ...goal.properties } }),
    };
    const { answer } = this.call(user, () =>
      this.instance.track([...campaignKeys], user.context.id, goal.identifier, options),
    );
    const tracked: Readonly<Record<string, boolean>> | null = answer;
    return campaignKeys.filter((key) => tracked?.[key] === true);
  }

  push(user: SdkUser, tags: Readonly<Record<string, string>>): boolean {
    return Boolean(this.call(user, () => this.instance.push({ ...tags }, user.context.id)).answer);
  }

  /** The SDK names the user of the call under way in its errors. */
  private anonymous(message: string): string {
    return this.current ? withoutId(message, this.current.user.context.id) : message;
  }

  private cutOff(config: VWOLaunchConfig, isEventArchEnabled: boolean, behaviour: SdkBehaviour): void {
    const parts = this.instance as SdkParts;
    if (!parts.SettingsFileManager) throw new VwoSettingsError('vwo-node-sdk refuses these settings');
    const userStorageService: VWOUserStorageConfig = {
      // A miss is undefined, which the SDK takes for "nothing stored", although its types know no such thing.
      get: (_userId, campaignKey) => this.current?.user.stored(campaignKey) as Record<string, unknown>,
      set: (record) => this.current?.user.store(record as StoredDecision),
    };
    config.isDevelopmentMode = true; // what has no seam below is not sent at all
    config.batchEvents = isEventArchEnabled ? undefined : {};
    config.userStorageService = userStorageService;
    config.shouldTrackReturningUser = behaviour.shouldTrackReturningUser;
    config.goalTypeToTrack = behaviour.goalTypeToTrack as VWOLaunchConfig['goalTypeToTrack'];
    parts.userStorageService = userStorageService;
    parts.batchEventsQueue = { enqueue: (entry) => this.current?.user.onEvent({ kind: 'entry', entry }) };
    parts.eventQueue = {
      process: (_config, query, _instance, { payload } = {}) => {
        if (payload) this.current?.user.onEvent({ kind: 'post', query, payload });
      },
    };
  }

  /** One call may be made within another: while a goal is tracked, what is stored may be decided anew. */
  private call<T>(user: SdkUser, work: () => T): { readonly answer: T; readonly notice: SdkNotice | undefined } {
    const before = this.current;
    const call: SdkCall = { user };
    this.current = call;
    try {
      return { answer: withProcessState(this.state, work), notice: call.notice };
    } finally {
      this.current = before;
    }
  }
}
