/**
 * FME settings as VWO answers them. Lenient on purpose: nothing but the account is sure to be there, unknown keys stay,
 * and what a field really holds is looked at when the settings are compiled. An empty list may come as `{}`.
 */
export interface VwoSettings {
  readonly accountId: number | string;
  readonly sdkKey?: string;
  readonly version?: number | string;
  readonly features?: readonly VwoFeature[] | Readonly<Record<string, never>>;
  readonly campaigns?: readonly VwoCampaign[] | Readonly<Record<string, never>>;
  /** Mutually exclusive groups by id. */
  readonly groups?: Readonly<Record<string, VwoGroup>>;
  /** Group id by campaign (`'5'`), or by campaign and variation of a personalise rule (`'5_2'`). */
  readonly campaignGroups?: Readonly<Record<string, number | string>>;
  readonly holdouts?: readonly VwoHoldout[] | Readonly<Record<string, never>>;
  readonly collectionPrefix?: string;
  /** In ms. */
  readonly pollInterval?: number;
  readonly usageStatsAccountId?: number;
  readonly sdkMetaInfo?: { readonly wasInitializedEarlier?: boolean; readonly [key: string]: unknown };
  /** The account counts monthly users: `vwo_feTrackUsage` where no impression went out (SDK 1.55). */
  readonly isMAU?: boolean;
  /** Users with `isDevMode` send no events (SDK 1.43). */
  readonly devMode?: boolean;
  readonly [key: string]: unknown;
}

export interface VwoFeature {
  readonly id?: number | string;
  readonly key?: string;
  readonly name?: string;
  readonly metrics?: readonly VwoMetric[] | Readonly<Record<string, never>>;
  readonly rules?: readonly VwoRule[] | Readonly<Record<string, never>>;
  readonly impactCampaign?: { readonly campaignId?: number; readonly [key: string]: unknown };
  readonly isGatewayServiceRequired?: boolean;
  readonly [key: string]: unknown;
}

export interface VwoMetric {
  /** The event's name. */
  readonly identifier?: string;
  readonly key?: string;
  readonly [key: string]: unknown;
}

export interface VwoRule {
  readonly type?: string;
  readonly ruleKey?: string;
  readonly campaignId?: number;
  readonly variationId?: number;
  readonly [key: string]: unknown;
}

export interface VwoCampaign {
  readonly id?: number | string;
  readonly key?: string;
  /** `FLAG_ROLLOUT`, `FLAG_TESTING` or `FLAG_PERSONALIZE`. */
  readonly type?: string;
  /** 0 to 100. Absent: nobody gets in. */
  readonly percentTraffic?: number;
  readonly salt?: string;
  readonly segments?: unknown;
  readonly isForcedVariationEnabled?: boolean;
  readonly isUserListEnabled?: boolean;
  readonly variations?: readonly SettingsVariation[] | Readonly<Record<string, never>>;
  readonly [key: string]: unknown;
}

export interface SettingsVariation {
  readonly id?: number | string;
  readonly key?: string;
  readonly name?: string;
  /** 0 to 100. */
  readonly weight?: number | string;
  readonly salt?: string;
  readonly segments?: unknown;
  readonly variables?: readonly SettingsVariable[] | Readonly<Record<string, never>>;
  readonly [key: string]: unknown;
}

export interface SettingsVariable {
  readonly id?: number | string;
  readonly key?: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly [key: string]: unknown;
}

export interface VwoGroup {
  readonly name?: string;
  readonly campaigns?: readonly string[];
  /** 1 (default): random, equal shares; anything else: by priority, then by weight. */
  readonly et?: number;
  /** Priority, highest first. */
  readonly p?: readonly string[];
  /** Weight (0 to 100) by campaign. */
  readonly wt?: Readonly<Record<string, number>>;
  readonly [key: string]: unknown;
}

export interface VwoHoldout {
  readonly id?: number;
  readonly name?: string;
  /** 0 to 100. */
  readonly percentTraffic?: number;
  readonly isGlobal?: boolean;
  readonly featureIds?: readonly number[];
  readonly segments?: unknown;
  readonly [key: string]: unknown;
}
