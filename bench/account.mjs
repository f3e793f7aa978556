/**
 * The account that every contender is given, in VWO's own settings: each flag has one rollout rule at 100 %, then one
 * A/B rule at 100 % traffic with two variations, 50/50, two variables each.
 * With `segment`, the rollout asks for the custom variable `plan` = `pro`.
 */
export const ACCOUNT_ID = 123456;
export const SDK_KEY = 'benchmark-sdk-key-0123456789abcd';

export function flagKey(index) {
  return `flag-${index + 1}`;
}

/** The two variations that a flag can have, by VWO's variation id: what a handler would read. */
export const VARIABLES = {
  1: { button: 'blue', discount: 0 },
  2: { button: 'green', discount: 15 },
};

export function settings(size, { segment = false } = {}) {
  const features = [];
  const campaigns = [];
  for (let index = 0; index < size; index += 1) {
    const { feature, rollout, test } = flag(index, segment);
    features.push(feature);
    campaigns.push(rollout, test);
  }
  return {
    version: 1,
    accountId: ACCOUNT_ID,
    sdkKey: SDK_KEY,
    sdkMetaInfo: { wasInitializedEarlier: true }, // no start-up event in the middle of a measurement
    features,
    campaigns,
  };
}

/** The campaigns of one flag: VWO numbers them as they are created. */
export function campaignIds(index) {
  return { rollout: 1001 + 2 * index, test: 1002 + 2 * index };
}

/** The record that VWO's SDKs and this library store once the flag at `index` was decided for a user. */
export function storedRecord(index, userId, variationId) {
  const key = flagKey(index);
  const ids = campaignIds(index);
  return {
    featureKey: key,
    featureId: index + 1,
    userId,
    rolloutId: ids.rollout,
    rolloutKey: `${key}_rollout`,
    rolloutVariationId: 1,
    experimentId: ids.test,
    experimentKey: `${key}_test`,
    experimentVariationId: variationId,
  };
}

/**
 * User ids as applications have them, made once, before anything is timed.
 * With `segment`, three of four users have the plan that the rollout asks for.
 */
export function people(count, { segment = false } = {}) {
  return Array.from({ length: count }, (_, index) => ({
    id: `user-${String(index * 7919).padStart(8, '0')}`,
    ...(segment && { plan: index % 4 === 3 ? 'free' : 'pro' }),
  }));
}

/** A user as VWO's context. */
export function vwoContext({ id, plan }) {
  return plan === undefined ? { id } : { id, customVariables: { plan } };
}

function flag(index, segment) {
  const key = flagKey(index);
  const ids = campaignIds(index);
  return {
    feature: {
      id: index + 1,
      key,
      name: key,
      type: 'FEATURE_FLAG',
      status: 'ON',
      metrics: [{ id: index + 1, type: 'CUSTOM_GOAL', identifier: `goal-${index + 1}`, mca: -1 }],
      impactCampaign: {},
      rules: [
        { type: 'FLAG_ROLLOUT', ruleKey: 'rollout', campaignId: ids.rollout, variationId: 1 },
        { type: 'FLAG_TESTING', ruleKey: 'test', campaignId: ids.test },
      ],
    },
    rollout: {
      id: ids.rollout,
      key: `${key}_rollout`,
      name: `${key} rollout`,
      type: 'FLAG_ROLLOUT',
      status: 'RUNNING',
      segments: {},
      isForcedVariationEnabled: false,
      variations: [
        {
          id: 1,
          name: 'Rollout',
          weight: 100,
          segments: segment ? { or: [{ custom_variable: { plan: 'pro' } }] } : {},
          variables: variables({ button: 'grey', discount: 0 }),
        },
      ],
    },
    test: {
      id: ids.test,
      key: `${key}_test`,
      name: `${key} test`,
      type: 'FLAG_TESTING',
      status: 'RUNNING',
      percentTraffic: 100,
      segments: {},
      isForcedVariationEnabled: false,
      variations: [
        { id: 1, name: 'Default', weight: 50, segments: {}, variables: variables(VARIABLES[1]) },
        { id: 2, name: 'Variation-1', weight: 50, segments: {}, variables: variables(VARIABLES[2]) },
      ],
    },
  };
}

function variables({ button, discount }) {
  return [
    { id: 1, key: 'button', type: 'string', value: button },
    { id: 2, key: 'discount', type: 'integer', value: discount },
  ];
}
