import {
  type Decider,
  type DecisionOutcome,
  NO_EFFECTS,
  offOutcome,
  type SendOutcome,
  type VisitInputs,
  type VwoAttributes,
} from '../client/index.js';
import type { Diagnostics } from '../common/index.js';
import { type DecidedFlag, type JsonObject, offFlag, type StoredDecision } from '../model/index.js';
import { CampaignFlag } from './campaign.flag.js';
import { type CompiledCampaigns, goalOf, isDecided, variationNamed } from './compiled-campaigns.js';
import type { FullStackEvent } from './full-stack.events.js';
import type { FullStackCampaign } from './full-stack.settings.js';
import { campaignsToTrack } from './goal.campaigns.js';
import { hasGoal } from './goals.js';
import type { CampaignDecision, TrackingOptions } from './sdk-decision.js';
import { readingUser, type SdkUser } from './sdk-user.js';
import { tagsOf } from './tags.js';
import { resolveTrackOptions } from './track.options.js';
import { VisitRecords } from './visit.records.js';

/** Decides for one visit by VWO's SDK: a campaign is activated at its first read. */
export class FullStackDecider implements Decider<FullStackEvent> {
  private readonly records: VisitRecords;
  /** Campaigns decided while a goal was tracked: their impression goes out when the flag is read. */
  private readonly withoutImpression = new Set<string>();

  constructor(
    private readonly inputs: VisitInputs<CompiledCampaigns, FullStackEvent>,
    private readonly options: TrackingOptions,
    private readonly diagnostics: Diagnostics,
  ) {
    this.records = new VisitRecords(inputs, diagnostics);
  }

  has(key: string): boolean {
    return this.inputs.settings.campaign(key) !== undefined;
  }

  decide(key: string): DecisionOutcome<FullStackEvent> {
    const { settings } = this.inputs;
    const campaign = settings.campaign(key);
    if (!campaign || !isDecided(campaign)) return offOutcome(key, campaign ? 'disabled' : 'unknown');
    const events: FullStackEvent[] = [];
    const isNew = this.withoutImpression.has(key);
    const user = this.sdkUser(events, (each) => (isNew && each === key ? undefined : this.records.get(each)));
    const flag = this.flagOf(campaign, settings.sdk.activate(user, campaign));
    return { flag, events, ...this.records.take() };
  }

  track(goal: string, given: JsonObject | undefined): SendOutcome<FullStackEvent> {
    const { settings, visit } = this.inputs;
    const { diagnostics } = this;
    const { campaigns, revenue, properties } = resolveTrackOptions(goal, given ?? {}, diagnostics);
    const mayRead = (key: string): boolean => visit.mayRead(key);
    const scope = { settings, goalTypeToTrack: this.options.goalTypeToTrack, mayRead, diagnostics };
    const open = campaignsToTrack(goal, campaigns, scope).filter((campaign) => !this.isTracked(campaign, goal));
    const keys = open.map(({ key }) => key);
    const events: FullStackEvent[] = [];
    const user = this.sdkUser(events, (key) => this.recordToTrack(key), goal);
    const tracked = keys.length > 0 ? settings.sdk.track(user, keys, { identifier: goal, revenue, properties }) : [];
    return { sent: tracked.length > 0, events, ...this.records.take() };
  }

  /** Tags of this user, for VWO's reports; the SDK's name is `push`. */
  setAttribute(attributes: VwoAttributes): SendOutcome<FullStackEvent> {
    const { settings } = this.inputs;
    const tags = tagsOf(attributes, this.diagnostics);
    const events: FullStackEvent[] = [];
    const sent = tags !== undefined && settings.sdk.push(this.sdkUser(events), tags);
    return { ...NO_EFFECTS, sent, events };
  }

  private sdkUser(
    events: FullStackEvent[],
    stored: SdkUser['stored'] = (key) => this.records.get(key),
    goal?: string,
  ): SdkUser {
    return {
      context: this.inputs.user,
      stored,
      store: (record) => this.records.set(record, goal),
      onEvent: (event) => void events.push(event),
    };
  }

  private flagOf(campaign: FullStackCampaign, decision: CampaignDecision): DecidedFlag {
    const { settings, user } = this.inputs;
    const { key, type, variations } = campaign;
    const rolledOut = decision.isEnabled ? variations[0] : undefined;
    const variation = type === 'FEATURE_ROLLOUT' ? rolledOut : variationNamed(campaign, decision.variationName);
    if (!variation) return offFlag(key, 'not-said');
    const record: StoredDecision = { userId: user.id, campaignKey: key, variationName: variation.name };
    const reader = readingUser(user, (each) => (each === key ? record : undefined));
    return new CampaignFlag(campaign, variation, decision, (name) => settings.sdk.variable(reader, key, name));
  }

  /** Whitelisting comes before what is stored: goals of another variation do not count then. */
  private isTracked(campaign: FullStackCampaign, goal: string): boolean {
    const { shouldTrackReturningUser, goalTypeToTrack } = this.options;
    const record = this.records.get(campaign.key);
    if (!record || !hasGoal(record.goalIdentifier, goal)) return false;
    if (shouldTrackReturningUser || goalOf(campaign, goal, goalTypeToTrack)?.mca === -1) return false;
    if (campaign.isForcedVariationEnabled !== true) return true;
    const forced = this.inputs.settings.sdk.forcedVariation(this.inputs.user, campaign.key);
    return forced === undefined || forced === record.variationName;
  }

  /**
   * Without a record the SDK tracks nothing. So where the stored variation is gone, or the storage could not be read, the
   * campaign is decided now, without an impression: nobody has seen it.
   */
  private recordToTrack(key: string): StoredDecision | undefined {
    const { settings, visit } = this.inputs;
    const record = this.records.get(key);
    const campaign = settings.campaign(key);
    if (record || !campaign || (visit.wasLoaded(key) && !this.records.isStale(key))) return record;
    this.withoutImpression.add(key);
    settings.sdk.activate(this.sdkUser([]), campaign);
    return this.records.get(key);
  }
}
