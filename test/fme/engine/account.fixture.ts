import {
  compile,
  type CompiledSettings,
  type VwoCampaign,
  type SettingsVariable,
  type VwoSettings,
} from '../../../lib/fme/engine/index.js';
import { type DecisionUser, type StoredDecision } from '../../../lib/model/index.js';

/** One rule with its campaign; what a test does not care about is left to `accountOf`. */
export interface GivenRule {
  readonly type?: 'FLAG_ROLLOUT' | 'FLAG_TESTING' | 'FLAG_PERSONALIZE';
  readonly id: number;
  readonly segments?: unknown;
  /** Percent of the users. @default 100 */
  readonly traffic?: number;
  /** Of a test, by weight; the ids are 1, 2, … @default [100] */
  readonly weights?: readonly number[];
  readonly whitelists?: readonly unknown[];
  readonly salt?: string;
  readonly userList?: boolean;
  readonly variables?: readonly unknown[];
}

export type GivenFeatures = Readonly<Record<string, readonly GivenRule[]>>;

/** Settings of an account: features by key, each with its rules. Features are numbered 1, 2, … */
export function settingsOf(features: GivenFeatures, more: object = {}): VwoSettings {
  return {
    accountId: 123456,
    sdkKey: 'sdk-key',
    version: 1,
    features: Object.entries(features).map(([key, rules], i) => ({
      id: i + 1,
      key,
      name: key,
      metrics: [{ id: 1, type: 'CUSTOM', identifier: `bought-${key}` }],
      rules: rules.map(({ type = 'FLAG_ROLLOUT', id }) => ({
        type,
        ruleKey: `rule-${id}`,
        campaignId: id,
        ...(type !== 'FLAG_TESTING' && { variationId: 1 }),
      })),
    })),
    campaigns: Object.entries(features).flatMap(([key, rules]) => rules.map((rule) => campaignOf(key, rule))),
    ...more,
  };
}

export function accountOf(features: GivenFeatures, more: object = {}): CompiledSettings {
  return compile(settingsOf(features, more));
}

export function user(id: string, more: Partial<DecisionUser> = {}): DecisionUser {
  return { id, userListId: `LIST-ID-OF-${id}`, ...more };
}

export function storedAs(...records: readonly StoredDecision[]): ReadonlyMap<string, StoredDecision> {
  return new Map(records.map((record) => [String(record['featureKey']), record]));
}

export const NOTHING_STORED: ReadonlyMap<string, StoredDecision> = new Map();

/** Of a user who got rollout 1 of the feature `checkout`; without the feature's id, as older versions store it. */
export function rolledOutRecord(userId: string): StoredDecision {
  return { featureKey: 'checkout', userId, rolloutId: 1, rolloutKey: 'checkout_1', rolloutVariationId: 1 };
}

/** Of a user who got rollout 1 and variation 2 of test 2 of the feature `checkout`, which has the id 1. */
export function checkoutRecord(userId: string, more: object = {}): StoredDecision {
  return {
    ...rolledOutRecord(userId),
    featureId: 1,
    experimentId: 2,
    experimentKey: 'checkout_2',
    experimentVariationId: 2,
    ...more,
  };
}

/** `checkout`: a rollout to everybody, and a test whose second variation nobody gets by itself. */
export const CHECKOUT: GivenFeatures = {
  checkout: [{ id: 1 }, { id: 2, type: 'FLAG_TESTING', weights: [100, 0] }],
};

function campaignOf(featureKey: string, rule: GivenRule): VwoCampaign {
  const { type = 'FLAG_ROLLOUT', id, segments = {}, traffic = 100, weights = [100], whitelists } = rule;
  const isTest = type === 'FLAG_TESTING';
  return {
    id,
    key: `${featureKey}_${id}`,
    name: `${featureKey}_${id}`,
    type,
    status: 'RUNNING',
    percentTraffic: traffic,
    segments: isTest ? segments : {},
    isForcedVariationEnabled: whitelists !== undefined,
    isUserListEnabled: rule.userList ?? false,
    ...(isTest && rule.salt !== undefined && { salt: rule.salt }),
    variations: (isTest ? weights : [traffic]).map((weight, i) => ({
      id: i + 1,
      name: isTest ? `Variation-${i}` : 'default',
      weight,
      segments: isTest ? (whitelists?.[i] ?? {}) : segments,
      ...(!isTest && rule.salt !== undefined && { salt: rule.salt }),
      variables: (rule.variables as SettingsVariable[] | undefined) ?? [
        { id: 1, key: 'text', type: 'string', value: `${featureKey}-${id}-${i + 1}` },
      ],
    })),
  };
}
