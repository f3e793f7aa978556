import type { vwoInstance, VWOLaunchConfig } from 'vwo-node-sdk';
import type { FullStackSettings } from '../../lib/entries/full-stack.js';
import type { StoredDecision } from '../../lib/model/index.js';
import type { FullStackVisit, GoalCall } from './account.generator.js';
import { type Captured, captureRequests, realSdk } from './real-sdk.js';

type Data = Readonly<Record<string, unknown>>;

export interface TrackingConfig {
  readonly shouldTrackReturningUser: boolean;
  readonly goalTypeToTrack: 'ALL' | 'CUSTOM_GOAL' | 'REVENUE_TRACKING';
}

/** What a handler sees of a campaign. */
export interface SeenCampaign {
  readonly key: string;
  readonly enabled: boolean;
  /** Of an A/B test. */
  readonly variation: string | undefined;
  /** By their keys; null where there is none. */
  readonly variables: Data;
}

export interface SeenVisit {
  readonly campaigns: readonly SeenCampaign[];
  /** Whether each goal was tracked. */
  readonly goals: readonly boolean[];
  readonly stored: Readonly<Record<string, StoredDecision>>;
}

/** `vwo-node-sdk` as an application uses it that keeps its records well: a goal adds to those that a record has. */
export class FullStackJudge {
  private readonly sdk: vwoInstance;
  private stored = new Map<string, StoredDecision>();
  private readonly requests: Captured[] = [];

  constructor(
    private readonly settings: FullStackSettings,
    tracking: TrackingConfig,
  ) {
    const userStorageService = {
      get: (_userId: string, campaignKey: string) => this.stored.get(campaignKey) as Record<string, unknown>,
      set: (record: Record<string, unknown>) => this.keep(record as StoredDecision),
    };
    const batches = settings.isEventArchEnabled === true ? {} : { batchEvents: { eventsPerRequest: 1 } };
    const config = { userStorageService, ...tracking, ...batches, logging: { logger: { log: () => undefined } } };
    this.sdk = realSdk(settings, config as unknown as Partial<VWOLaunchConfig>);
  }

  /** What VWO would have been sent: one entry each. */
  get events(): readonly unknown[] {
    return this.requests.flatMap(({ body }) => {
      const sent = JSON.parse(body) as { readonly ev?: readonly unknown[] };
      return sent.ev ?? [sent];
    });
  }

  /** @param records those that count */
  visit({ user, read, goals, tags }: FullStackVisit, records: ReadonlyMap<string, StoredDecision>): SeenVisit {
    this.stored = new Map(records);
    const { id, customVariables, variationTargetingVariables, metaData, userAgent, ipAddress } = user;
    const about = { customVariables, variationTargetingVariables, metaData, userAgent, userIpAddress: ipAddress };
    const capture = captureRequests();
    try {
      const campaigns = read.map((key) => this.read(key, id, about));
      const tracked = goals.map((goal) => this.track(goal, id, about));
      if (tags) this.sdk.push({ ...tags }, id);
      return { campaigns, goals: tracked, stored: Object.fromEntries(this.stored) };
    } finally {
      this.requests.push(...capture.requests);
      capture.restore();
    }
  }

  private read(key: string, userId: string, about: object): SeenCampaign {
    const campaign = this.settings.campaigns.find((each) => each.key === key);
    if (campaign?.type === 'VISUAL_AB') {
      const variation = this.sdk.activate(key, userId, { ...about }) ?? undefined;
      return { key, enabled: variation !== undefined, variation, variables: {} };
    }
    const enabled = this.sdk.isFeatureEnabled(key, userId, { ...about }) === true;
    const names = (campaign?.variables ?? campaign?.variations[0]?.variables ?? []).map((variable) => variable.key);
    const valueOf = (name: string): unknown => this.sdk.getFeatureVariableValue(key, name, userId, { ...about });
    const variables = Object.fromEntries(names.map((name) => [name, valueOf(name)]));
    return { key, enabled, variation: undefined, variables };
  }

  private track({ goal, campaigns, revenue, properties }: GoalCall, userId: string, about: object): boolean {
    const options = {
      ...about,
      ...(revenue !== undefined && { revenueValue: revenue }),
      ...(properties && { eventProperties: { ...properties } }),
    };
    const where = campaigns ? [...campaigns] : null;
    const tracked: Readonly<Record<string, boolean>> | null = this.sdk.track(where as string[], userId, goal, options);
    return Object.values(tracked ?? {}).includes(true);
  }

  private keep(record: StoredDecision): void {
    const key = String(record.campaignKey);
    const before = this.stored.get(key);
    const kept = before?.variationName === record.variationName ? before : undefined;
    const goals = [kept, record].flatMap((each) => String(each?.goalIdentifier ?? '').split('_vwo_')).filter(Boolean);
    const goalIdentifier = goals.length > 0 ? { goalIdentifier: [...new Set(goals)].join('_vwo_') } : {};
    this.stored.set(key, { ...kept, ...record, ...goalIdentifier });
  }
}
