import type {
  FullStackCampaign,
  FullStackSettings,
  FullStackVariable,
  FullStackVariation,
} from '../../full-stack/index.js';
import { type Account, type AccountFlag, type AccountRule, byKey, variationsOf } from './account.js';

const KINDS: Readonly<Record<string, string>> = {
  VISUAL_AB: 'test',
  FEATURE_TEST: 'feature test',
  FEATURE_ROLLOUT: 'rollout',
};

/** An account of Full Stack. */
export function fullStackAccount(settings: FullStackSettings): Account {
  const campaigns = new Map([...settings.campaigns].reverse().map((campaign) => [campaign.key, campaign])); // of two, the SDK takes the first
  return {
    product: 'full-stack',
    accountId: String(settings.accountId),
    flags: [...campaigns.values()].map(flagOf).sort(byKey),
  };
}

function flagOf(campaign: FullStackCampaign): AccountFlag {
  const { key, type, status, percentTraffic, variations } = campaign;
  return {
    key,
    kind: type,
    isOn: status === 'RUNNING' && percentTraffic > 0,
    rules: [ruleOf(campaign)],
    ...variationsOf(
      variations.map((variation) => ({ key: variation.name, variables: variablesOf(campaign, variation).map(cast) })),
    ),
  };
}

function ruleOf({ key, type, status, percentTraffic, variations }: FullStackCampaign): AccountRule {
  return {
    kind: KINDS[type] ?? type,
    key,
    percent: status === 'RUNNING' ? percentTraffic : 0,
    variations: variations.map(({ name, weight }) => ({ key: name, weight: Number(weight) })),
  };
}

function variablesOf(campaign: FullStackCampaign, variation: FullStackVariation): readonly FullStackVariable[] {
  return (campaign.type === 'FEATURE_ROLLOUT' ? campaign.variables : variation.variables) ?? [];
}

/** The SDK casts numbers by the type of the variable. */
function cast({ key, type, value }: FullStackVariable): { readonly key: string; readonly value: unknown } {
  return { key, value: type === 'integer' || type === 'double' ? Number(value) : value };
}
