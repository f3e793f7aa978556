import type { ClientCore, Decider, Product, VisitInputs, VisitPlan, VisitUser } from '../client/index.js';
import { VwoUndeclaredFlagError } from '../common/index.js';
import type { EventSender } from '../events/index.js';
import { isEmpty, type JsonObject } from '../model/index.js';
import { changedKeys, parsedJson, type SettingsSource, settingsSourceOf } from '../settings/index.js';
import type { VwoStorage } from '../storage/index.js';
import { campaignTexts } from './campaign-texts.js';
import { CompiledCampaigns } from './compiled-campaigns.js';
import { FullStackDecider } from './full-stack.decider.js';
import { type FullStackEvent, FullStackSender } from './full-stack.events.js';
import type { ResolvedFullStackOptions } from './full-stack.options.js';
import { type FullStackSettings, parseFullStackSettings } from './full-stack.settings.js';
import { warnUntracked } from './goal.campaigns.js';
import { GoalKeepingStorage } from './goal-keeping.storage.js';
import { FullStackSettingsSource } from './settings.source.js';
import type { FullStackTrackOptions } from './track.options.js';
import { VwoNodeSdk } from './vwo-node-sdk.js';

type Core = ClientCore<CompiledCampaigns, FullStackEvent>;

/** VWO Full Stack, decided by `vwo-node-sdk`; everything around the decision is this library's. */
export class FullStackProduct implements Product<CompiledCampaigns, FullStackEvent> {
  readonly noun = 'campaign';
  readonly source: SettingsSource;
  readonly sender: EventSender<FullStackEvent>;

  constructor(
    private readonly core: Core,
    private readonly options: ResolvedFullStackOptions,
  ) {
    const { accountId, sdkKey } = core.options;
    this.source = settingsSourceOf(options.settingsFile, new FullStackSettingsSource({ ...core, accountId, sdkKey }));
    const collectionPrefix = () => core.settings()?.collectionPrefix;
    this.sender = new FullStackSender({ ...core, collectionPrefix }, { accountId, sdkKey });
  }

  prepare(json: Buffer): CompiledCampaigns {
    const settings = this.parsed(json);
    const sdk = new VwoNodeSdk(settings, { ...this.options, onError: (message) => this.logError(message) });
    return new CompiledCampaigns(settings, sdk, json);
  }

  /** Parsed anew: the SDK has changed what it was given. */
  flagsChanged(before: CompiledCampaigns, after: CompiledCampaigns): readonly string[] {
    return changedKeys(campaignTexts(this.parsed(before.json)), campaignTexts(this.parsed(after.json)));
  }

  plan(settings: CompiledCampaigns, _user: VisitUser, declared: readonly string[], onlyDeclared: boolean): VisitPlan {
    if (!onlyDeclared) return { keys: settings.keys, reach: 'user', readable: undefined };
    return { keys: settings.storedKeys(declared), reach: 'keys', readable: new Set(declared) };
  }

  open(inputs: VisitInputs<CompiledCampaigns, FullStackEvent>): Decider<FullStackEvent> {
    return new FullStackDecider(inputs, this.options, this.core.diagnostics);
  }

  undeclared(key: string): Error {
    return new VwoUndeclaredFlagError(key);
  }

  recordsToTrack(settings: CompiledCampaigns, goal: string): readonly string[] | undefined {
    const keys = settings.keysWithGoal(goal, this.options.goalTypeToTrack);
    if (keys.length > 0) return settings.storedKeys(keys);
    warnUntracked(this.core.diagnostics, goal, 'no campaign');
    return undefined;
  }

  /** A goal has its value apart. */
  trackedAs(revenue: number | undefined, properties: JsonObject): FullStackTrackOptions {
    return { ...(revenue !== undefined && { revenue }), ...(!isEmpty(properties) && { properties }) };
  }

  recordKeys(settings: CompiledCampaigns): readonly string[] {
    return settings.keys;
  }

  recordsBehind(settings: CompiledCampaigns, key: string): readonly string[] {
    return settings.storedKeys([key]);
  }

  wrap(storage: VwoStorage): VwoStorage {
    return new GoalKeepingStorage(storage);
  }

  private parsed(json: Buffer): FullStackSettings {
    return parseFullStackSettings(parsedJson(json), this.core.options.accountId);
  }

  private logError(message: string): void {
    this.core.diagnostics.warn(`sdk:${message.slice(0, 40)}`, `vwo-node-sdk: ${message}`);
  }
}
