import type { SettingsProblem } from '../model/index.js';
import type { PreparedSettings } from '../settings/index.js';
import type { FullStackCampaign, FullStackGoal, FullStackSettings, FullStackVariation } from './full-stack.settings.js';
import type { GoalType } from './sdk-decision.js';
import type { VwoNodeSdk } from './vwo-node-sdk.js';

const TYPES = ['VISUAL_AB', 'FEATURE_ROLLOUT', 'FEATURE_TEST'];

/** One version of the settings, ready for deciding: campaigns by key, and the SDK that was launched with them. */
export class CompiledCampaigns implements PreparedSettings {
  /** The keys of all campaigns: what a stored record may be asked for. */
  readonly keys: readonly string[];
  readonly problems: readonly SettingsProblem[];
  readonly version: string | number;
  readonly collectionPrefix: string | undefined;
  /** In ms. */
  readonly pollInterval: number | undefined;
  private readonly byKey = new Map<string, FullStackCampaign>();
  /** The keys of a mutually exclusive group, by campaign key. */
  private readonly groupKeys = new Map<string, readonly string[]>();

  constructor(
    settings: FullStackSettings,
    readonly sdk: VwoNodeSdk,
    /** The settings as they came. */
    readonly json: Buffer,
  ) {
    for (const campaign of settings.campaigns) {
      if (!this.byKey.has(campaign.key)) this.byKey.set(campaign.key, campaign); // of two, the SDK takes the first
    }
    this.keys = [...this.byKey.keys()];
    this.problems = settings.campaigns.flatMap(({ type, key }, at) =>
      TYPES.includes(type) ? [] : [{ featureKey: key, where: `campaigns[${at}].type`, what: `"${type}" is not known` }],
    );
    this.version = settings.version;
    this.collectionPrefix = settings.collectionPrefix;
    this.pollInterval = settings.pollInterval;
    this.addGroups(settings);
  }

  campaign(key: string): FullStackCampaign | undefined {
    return this.byKey.get(key);
  }

  /** The campaigns in which a goal can be reached, running or not, by their keys. */
  keysWithGoal(identifier: string, type: GoalType): readonly string[] {
    const campaigns = [...this.byKey.values()].filter(
      (campaign) => campaign.type !== 'FEATURE_ROLLOUT' && goalOf(campaign, identifier, type) !== undefined,
    );
    return campaigns.map(({ key }) => key);
  }

  /** The keys of all records that deciding these campaigns may look at. */
  storedKeys(campaignKeys: readonly string[]): readonly string[] {
    const known = campaignKeys.filter((key) => this.byKey.has(key));
    return [...new Set(known.flatMap((key) => this.groupKeys.get(key) ?? [key]))];
  }

  /** A user in one campaign of a mutually exclusive group is kept out of the others by the record. */
  private addGroups({ groups = {}, campaigns }: FullStackSettings): void {
    for (const group of Object.values(groups)) {
      const keys = campaigns.filter(({ id }) => group.campaigns.includes(Number(id))).map(({ key }) => key);
      for (const key of keys) this.groupKeys.set(key, keys);
    }
  }
}

/** Whether it is running, and of a type that the SDK knows. */
export function isDecided({ status, type }: FullStackCampaign): boolean {
  return status === 'RUNNING' && TYPES.includes(type);
}

export function variationNamed({ variations }: FullStackCampaign, name: unknown): FullStackVariation | undefined {
  return variations.find((variation) => variation.name === name);
}

export function goalOf({ goals }: FullStackCampaign, identifier: string, type: GoalType): FullStackGoal | undefined {
  const goal = goals.find((each) => each.identifier === identifier);
  return goal && (type === 'ALL' || goal.type === type) ? goal : undefined;
}
