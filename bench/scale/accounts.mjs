/**
 * Accounts of any size, made of the settings that VWO publishes for testing SDKs: their features and campaigns again and again,
 * numbered anew, and of their segments one after the other for the rules that have none.
 */
import published from 'vwo-fme-sdk-e2e-test-settings-n-cases';

const { SEGMENTATION_TESTS } = published;

const ORIGINALS = [
  'BASIC_ROLLOUT_TESTING_RULE_SETTINGS',
  'ROLLOUT_TESTING_PRE_SEGMENT_RULE_SETTINGS',
  'TESTING_WHITELISTING_SEGMENT_RULE_SETTINGS',
  'NO_ROLLOUT_ONLY_TESTING_RULE_SETTINGS',
].map((name) => published[name]);

/** User ids are a rule of their own; the gateway is not measured here. */
const SEGMENTS = Object.values(SEGMENTATION_TESTS)
  .flatMap((cases) => Object.values(cases))
  .map(({ dsl }) => dsl)
  .filter((dsl) => dsl && !/"(user|country|region|city|ua|inlist)/.test(JSON.stringify(dsl)));

export const ACCOUNT = { accountId: 12345, sdkKey: 'scale-benchmark-sdk-key-01234567' };

/** @param version tells two accounts of one size apart: some of the second one's weights are others */
export function scaled(size, version = 1) {
  const features = [];
  const campaigns = [];
  for (let index = 0; index < size; index += 1) {
    const original = ORIGINALS[index % ORIGINALS.length];
    const [feature] = original.features;
    const numbers = new Map(original.campaigns.map(({ id }, i) => [id, index * 10 + i + 1]));
    const rules = feature.rules.map((rule) => ({ ...rule, campaignId: numbers.get(rule.campaignId) }));
    features.push({ ...feature, id: index + 1, key: keyOf(index), name: keyOf(index), rules });
    for (const campaign of original.campaigns)
      campaigns.push(again(campaign, numbers.get(campaign.id), index, version));
  }
  return { ...ACCOUNT, version, features, campaigns, sdkMetaInfo: { wasInitializedEarlier: true } };
}

export function keyOf(index) {
  return `feature-${index + 1}`;
}

/** What the segments ask for, of one user in so many. */
export function userOf(number) {
  const price = number % 3 === 0 ? '100' : '200';
  return {
    id: `user-${number}`,
    customVariables: { price, eq: 'eq_value', contain: 'my_contain_val', reg: 'myregexxx' },
  };
}

function again(campaign, id, index, version) {
  const key = `${keyOf(index)}_${id}`;
  const isBare =
    Object.keys(campaign.segments ?? {}).length === 0 && campaign.type === 'FLAG_TESTING' && index % 2 === 1;
  const segments = isBare ? SEGMENTS[index % SEGMENTS.length] : campaign.segments;
  const variations = campaign.variations.map((variation) => ({
    ...variation,
    weight: index % 50 === 0 ? weightOf(variation, version) : variation.weight,
  }));
  return { ...campaign, id, key, name: key, segments, variations };
}

function weightOf({ weight }, version) {
  return version % 2 === 0 && weight === 50 ? 49 : weight;
}
