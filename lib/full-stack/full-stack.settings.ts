import { z } from 'zod';
import { accountIdSchema, checkedSettings, listOf, mapOf } from '../settings/index.js';

/** A settings file of VWO Full Stack: what `vwo-node-sdk` takes as `settingsFile`. Unknown fields stay. */
export interface FullStackSettings {
  readonly accountId: number | string;
  readonly sdkKey?: string | undefined;
  readonly version: number | string;
  readonly campaigns: readonly FullStackCampaign[];
  /** The group of each campaign in a mutually exclusive group, by campaign id. */
  readonly campaignGroups?: Readonly<Record<string, number | string>> | undefined;
  readonly groups?: Readonly<Record<string, FullStackGroup>> | undefined;
  /** Events go one by one, with properties, instead of in batches. */
  readonly isEventArchEnabled?: boolean | undefined;
  readonly collectionPrefix?: string | undefined;
  /** In ms. */
  readonly pollInterval?: number | undefined;
  readonly [field: string]: unknown;
}

export interface FullStackCampaign {
  readonly id: number | string;
  readonly key: string;
  readonly name?: string | undefined;
  /** `VISUAL_AB`, `FEATURE_ROLLOUT` or `FEATURE_TEST`. */
  readonly type: string;
  /** Only `RUNNING` campaigns are decided. */
  readonly status: string;
  readonly percentTraffic: number;
  readonly segments: object;
  readonly goals: readonly FullStackGoal[];
  readonly variations: readonly FullStackVariation[];
  /** Of a feature rollout. */
  readonly variables?: readonly FullStackVariable[] | undefined;
  readonly isForcedVariationEnabled?: boolean | undefined;
  readonly [field: string]: unknown;
}

export interface FullStackVariation {
  readonly id: number | string;
  readonly name: string;
  readonly weight: number | string;
  readonly segments?: object | undefined;
  /** Of a feature test. */
  readonly isFeatureEnabled?: boolean | undefined;
  readonly variables?: readonly FullStackVariable[] | undefined;
  readonly [field: string]: unknown;
}

export interface FullStackVariable {
  readonly id: number | string;
  readonly key: string;
  /** `string`, `integer`, `double`, `boolean` or `json`. */
  readonly type: string;
  readonly value: unknown;
}

export interface FullStackGoal {
  readonly id: number | string;
  readonly identifier: string;
  /** `CUSTOM_GOAL` or `REVENUE_TRACKING`. */
  readonly type: string;
  readonly revenueProp?: string | undefined;
  /** -1: every occurrence counts, not only the first. */
  readonly mca?: number | string | undefined;
}

export interface FullStackGroup {
  readonly campaigns: readonly number[];
  readonly [field: string]: unknown;
}

const id = z.union([z.number(), z.string()], 'expected a number or a string');
const variable = z.looseObject({ id, key: z.string(), type: z.string(), value: z.unknown() });
const goal = z.looseObject({ id, identifier: z.string(), type: z.string() });
const variation = z.looseObject({
  id,
  name: z.string(),
  weight: id,
  segments: z.looseObject({}).optional(),
  isFeatureEnabled: z.boolean().optional(),
  variables: listOf(variable).optional(),
});
const campaign = z.looseObject({
  id,
  key: z.string(),
  name: z.string().optional(),
  type: z.string(),
  status: z.string(),
  percentTraffic: z.number(),
  segments: z.looseObject({}),
  goals: listOf(goal),
  variations: listOf(variation),
  variables: listOf(variable).optional(),
  isForcedVariationEnabled: z.boolean().optional(),
});
const schema = z.looseObject({
  accountId: accountIdSchema,
  sdkKey: z.string().optional(),
  version: id,
  campaigns: listOf(campaign),
  campaignGroups: mapOf(z.record(z.string(), id)).optional(),
  groups: mapOf(z.record(z.string(), z.looseObject({ campaigns: z.array(z.number()) }))).optional(),
  isEventArchEnabled: z.boolean().optional(),
  collectionPrefix: z.string().optional(),
});

/**
 * Settings as VWO answers them, checked before the SDK sees them: it says only that something is wrong, and then answers
 * null to everything. Throws `VwoSettingsError`: the place, what was expected, what came.
 */
export function parseFullStackSettings(raw: unknown, accountId?: string): FullStackSettings {
  return checkedSettings(schema, raw, accountId) as unknown as FullStackSettings;
}
