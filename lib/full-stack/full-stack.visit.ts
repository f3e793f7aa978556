import { type Visit, VisitFlag, type VwoAttributes } from '../client/index.js';
import type { VisitUser } from '../client/index.js';
import type { Diagnostics } from '../common/index.js';
import {
  type DecidedFlag,
  offFlag,
  type StoredChange,
  type StoredDecisions,
  type VwoFlag,
  type VwoUserContext,
} from '../model/index.js';
import { shown } from '../common/index.js';
import { VwoUndeclaredFlagError } from '../common/index.js';
import { type CompiledCampaigns, goalOf, isRunning, variationNamed } from './compiled-campaigns.js';
import { CampaignFlag } from './campaign.flag.js';
import type { FullStackCampaign, FullStackVariation } from './full-stack.settings.js';
import type { FullStackEvent } from './full-stack.events.js';
import { hasGoal } from './goals.js';
import type { GoalType, SdkCaller } from './sdk.instance.js';
import { type FullStackTrackOptions, resolveTrackOptions } from './track.options.js';
import { tagsOf } from './tags.js';
import { VisitRecords } from './visit.records.js';

/** What a visit starts with: fixed from here on, whatever the settings or the storage do meanwhile. */
export interface FullStackGround {
  readonly visitor: VisitUser;
  readonly book: CompiledCampaigns;
  readonly stored: StoredDecisions;
  /** The campaign keys that may be read; undefined: all. */
  readonly declared: ReadonlySet<string> | undefined;
  /** False when the storage could not be read: what is decided blind could overwrite what the user had. */
  readonly mayStore: boolean;
}

/** What a visit hands to its client. */
export interface FullStackKeeper {
  readonly diagnostics: Diagnostics;
  readonly goalTypeToTrack: GoalType;
  readonly shouldTrackReturningUser: boolean;
  enqueue(event: FullStackEvent): void;
  save(userId: string, changes: readonly StoredChange[]): Promise<void>;
}

/** One user's campaigns: each activated at its first read, then the same flag. Synchronous, and nobody else's. */
export class FullStackVisit implements Visit {
  private readonly flags = new Map<string, VwoFlag>();
  private readonly records: VisitRecords;
  /** Not yet handed over. */
  private readonly events: FullStackEvent[] = [];
  private readonly caller: SdkCaller;
  private ended = false;
  private saving: Promise<void> = Promise.resolve();
  private late: Promise<void> | undefined;

  constructor(
    private readonly ground: FullStackGround,
    private readonly keeper: FullStackKeeper,
  ) {
    const { visitor, book, stored } = ground;
    this.records = new VisitRecords(visitor.id, book, stored, keeper.diagnostics);
    this.caller = {
      user: visitor,
      stored: (campaignKey) => this.records.get(campaignKey),
      store: (record) => this.records.set(record),
      hear: (event) => void this.events.push(event),
    };
  }

  get user(): VwoUserContext {
    return this.ground.visitor;
  }

  /** Activates the campaign at the first read: that is when its impression counts. */
  flag(key: string): VwoFlag {
    return this.flags.get(key) ?? this.decide(key);
  }

  /** True when the goal was tracked in at least one campaign. Never throws. */
  track(goal: string, options: FullStackTrackOptions | Readonly<Record<string, unknown>> = {}): boolean {
    const { diagnostics } = this.keeper;
    const { campaigns, revenue, properties } = resolveTrackOptions(goal, options ?? {}, diagnostics);
    const reachable = this.campaignsWith(goal, campaigns);
    if (reachable.length === 0) return false;
    const open = reachable.filter(({ key }) => !this.isTracked(key, goal)).map(({ key }) => key);
    if (!this.ground.mayStore) open.forEach((key) => this.assume(key));
    const { sdk } = this.ground.book;
    const tracked = open.length > 0 ? sdk.track(this.caller, open, { identifier: goal, revenue, properties }) : [];
    if (this.ended) this.handOverSoon();
    return tracked.length > 0;
  }

  /** Tags of this user, for VWO's reports; Full Stack's name is `push`. */
  setAttribute(attributes: VwoAttributes): boolean {
    const tags = tagsOf(attributes, this.keeper.diagnostics);
    const pushed = tags !== undefined && this.ground.book.sdk.push(this.caller, tags);
    if (this.ended) this.handOverSoon();
    return pushed;
  }

  /** The same as `setAttribute`. */
  push(tags: VwoAttributes): boolean {
    return this.setAttribute(tags);
  }

  end(): Promise<void> {
    this.ended = true;
    return this.late ?? this.handOver();
  }

  private decide(key: string): VwoFlag {
    const { book, declared } = this.ground;
    if (declared && !declared.has(key)) throw new VwoUndeclaredFlagError(key);
    const campaign = book.campaign(key);
    if (!campaign) {
      const message = `Flag ${shown(key)} is off: the settings know no campaign of that key.`;
      this.keeper.diagnostics.warnOnce(`flag:${key}`, message);
    }
    const decided =
      campaign && isRunning(campaign) ? this.activated(campaign) : offFlag(key, campaign ? 'no-rule' : 'unknown');
    const flag = new VisitFlag(decided, this.ground.visitor);
    this.flags.set(key, flag);
    if (this.ended) this.handOverSoon();
    return flag;
  }

  private activated(campaign: FullStackCampaign): DecidedFlag {
    const { sdk } = this.ground.book;
    const before = this.records.get(campaign.key)?.variationName;
    const [enabled, variation] = this.outcome(campaign);
    if (!variation) return offFlag(campaign.key, 'not-said');
    const source = before === variation.name ? 'storage' : 'rules';
    if (source === 'rules') this.keeper.diagnostics.count('decisions');
    return new CampaignFlag(campaign, variation, enabled, source, (name) =>
      sdk.variable(this.caller, campaign.key, name),
    );
  }

  private outcome(campaign: FullStackCampaign): [enabled: boolean, variation: FullStackVariation | undefined] {
    const { sdk } = this.ground.book;
    const { key, type, variations } = campaign;
    switch (type) {
      case 'VISUAL_AB': {
        const variation = variationNamed(campaign, sdk.activate(this.caller, key));
        return [variation !== undefined, variation];
      }
      case 'FEATURE_ROLLOUT': {
        const enabled = sdk.isFeatureEnabled(this.caller, key);
        return [enabled, enabled ? variations[0] : undefined];
      }
      case 'FEATURE_TEST': {
        const enabled = sdk.isFeatureEnabled(this.caller, key);
        return [enabled, variationNamed(campaign, sdk.variationName(this.caller, key))];
      }
      default:
        return [false, undefined]; // told when the settings came
    }
  }

  /** The campaigns to track a goal in; those that cannot be, are told. */
  private campaignsWith(goal: string, wanted: readonly string[] | undefined): readonly FullStackCampaign[] {
    const { book, declared } = this.ground;
    const { diagnostics, goalTypeToTrack } = this.keeper;
    const keys = wanted ?? book.keysWithGoal(goal, goalTypeToTrack);
    const running = keys.flatMap((key) => {
      const campaign = book.campaign(key);
      return campaign && isRunning(campaign) && goalOf(campaign, goal, goalTypeToTrack) ? [campaign] : [];
    });
    const readable = running.filter(({ key }) => !declared || declared.has(key));
    if (running.length === 0) {
      const where = wanted ? `none of ${shown(wanted.join(', '))}` : 'no running campaign';
      diagnostics.warnOnce(`goal:${goal}`, `Goal ${shown(goal)} was not tracked: ${where} has it.`);
    } else if (readable.length < running.length) {
      diagnostics.warnOnce(
        `goal-undeclared:${goal}`,
        `Goal ${shown(goal)} was not tracked in campaigns that were not declared: with \`preload: 'declared'\` ` +
          `put @UseFlags('<campaign>') on the handler or class, or open the visit with their keys.`,
      );
    }
    return readable;
  }

  private isTracked(campaignKey: string, goal: string): boolean {
    const { goalTypeToTrack, shouldTrackReturningUser } = this.keeper;
    const campaign = this.ground.book.campaign(campaignKey);
    if (shouldTrackReturningUser || !campaign || goalOf(campaign, goal, goalTypeToTrack)?.mca === -1) return false;
    return hasGoal(this.records.get(campaignKey)?.goalIdentifier, goal);
  }

  /** Without a record the SDK tracks nothing. Where records could not be read, what the rules say stands for them. */
  private assume(campaignKey: string): void {
    if (this.records.get(campaignKey)) return;
    const name = this.ground.book.sdk.variationNameByRules(this.caller, campaignKey);
    if (name !== null) this.records.assume(campaignKey, name);
  }

  /** What comes after the end (work that outlives its request) is saved and sent all the same. */
  private handOverSoon(): void {
    this.late ??= Promise.resolve().then(() => {
      this.late = undefined;
      return this.handOver();
    });
  }

  private handOver(): Promise<void> {
    for (const event of this.events.splice(0)) this.keeper.enqueue(event);
    const changes = this.records.takeChanges();
    if (!this.ground.mayStore || changes.length === 0) return this.saving;
    return (this.saving = this.saving.then(() => this.keeper.save(this.ground.visitor.id, changes)));
  }
}
