import type { VwoFeature, VwoGroup, VwoRule, VwoSettings, SettingsVariable } from '../../lib/fme/engine/index.js';
import type { SeededRandom } from './seeded-random.js';
import { segmentOf, whitelistOf } from './segment.generator.js';

/** Settings as the generator makes them: nothing missing that the official SDK's schema wants. */
export interface GeneratedSettings extends Omit<VwoSettings, 'campaigns'> {
  readonly accountId: number;
  readonly sdkKey: string;
  readonly features: readonly (VwoFeature & {
    readonly id: number;
    readonly key: string;
    readonly rules: readonly VwoRule[];
  })[];
  readonly campaigns: readonly GeneratedCampaign[];
  readonly groups: Readonly<Record<string, VwoGroup>>;
  readonly campaignGroups: Readonly<Record<string, number>>;
}

export interface GeneratedCampaign {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly segments: object;
  readonly variations: readonly GeneratedVariation[];
  readonly percentTraffic?: number;
  readonly salt?: string;
  readonly isUserListEnabled: boolean;
  readonly isForcedVariationEnabled?: boolean;
}

export interface GeneratedVariation {
  readonly id: number;
  readonly name: string;
  readonly weight: number;
  readonly segments: object;
  readonly salt?: string;
  readonly variables: readonly SettingsVariable[];
}

const KEYS = ['checkout', 'pricing', 'constructor', '__proto__', 'a_b', 'größe'];
const WEIGHTS = [0, 100, 100, 100, 50, 33.3333, 0.5, 99.99, 12.345];
const SALTS = ['salt', 'salt', 'other', 'é'];

/** A small account: 1 to 3 features, with all kinds of rules, and perhaps groups across them. */
export function settingsOf(random: SeededRandom): GeneratedSettings {
  const keys = random.shuffled(KEYS).slice(0, random.int(1, 3));
  const ids = keys.map((_, i) => i * 7 + random.int(1, 6));
  const account = new Account(random, ids);
  const features = keys.map((key, i) => account.feature(key, ids[i] ?? 0));
  const { groups, campaignGroups } = random.chance(0.6) ? account.groups(features) : { groups: {}, campaignGroups: {} };
  return {
    accountId: random.int(1, 999_999),
    sdkKey: 'sdk-key',
    version: 1,
    sdkMetaInfo: { wasInitializedEarlier: true },
    features,
    campaigns: random.shuffled(account.campaigns),
    groups,
    campaignGroups,
  };
}

class Account {
  readonly campaigns: GeneratedCampaign[] = [];
  private lastId: number;

  constructor(
    private readonly random: SeededRandom,
    private readonly featureIds: readonly number[],
  ) {
    this.lastId = random.int(0, 50);
  }

  feature(key: string, id: number): GeneratedSettings['features'][number] {
    const { random } = this;
    const rollouts = random.times(random.pick([0, 1, 1, 1, 2]), (i) =>
      this.byVariation(key, `rollout${i}`, 'FLAG_ROLLOUT'),
    );
    const experiments = random.times(random.pick([0, 1, 1, 2, 3]), (i) =>
      random.chance(0.65) ? this.testing(key, `test${i}`) : this.byVariation(key, `personal${i}`, 'FLAG_PERSONALIZE'),
    );
    const rules = [...rollouts, ...experiments].flat();
    const gone = random.chance(0.05) ? [{ type: 'FLAG_TESTING', ruleKey: 'gone', campaignId: 99_999 }] : [];
    return {
      id,
      key,
      name: key,
      type: 'FEATURE_FLAG',
      status: random.pick(['ON', 'OFF']),
      metrics: [],
      impactCampaign: random.chance(0.2) ? { campaignId: 5_000 + id, type: 'FLAG_IMPACT_ANALYSIS' } : {},
      isGatewayServiceRequired: true,
      rules: random.chance(0.2) ? random.shuffled([...rules, ...gone]) : [...rules, ...gone],
    };
  }

  /** Groups over the rules of all features, with names that fit, do not fit, and are of nobody. */
  groups(features: readonly VwoFeature[]): Pick<GeneratedSettings, 'groups' | 'campaignGroups'> {
    const { random } = this;
    const groups: Record<string, VwoGroup> = {};
    const campaignGroups: Record<string, number> = {};
    for (const groupId of random.chance(0.2) ? [1, 22] : [7]) {
      const names = features
        .flatMap(({ rules }) => rules as readonly VwoRule[])
        .filter(({ type }) => type !== 'FLAG_ROLLOUT')
        .map(({ campaignId, variationId, type }) =>
          type === 'FLAG_PERSONALIZE' ? `${campaignId}_${variationId}` : `${campaignId}`,
        )
        .filter((name) => !(name in campaignGroups) && random.chance(0.8));
      for (const name of names) campaignGroups[name] = groupId;
      const listed = random.chance(0.1) ? [...names, '4711', '4711_1'] : names;
      groups[groupId] = {
        name: `Group ${groupId}`,
        campaigns: random.chance(0.1) ? listed.map((name) => name.split('_')[0] ?? name) : listed,
        ...random.pick<Partial<VwoGroup>>([{ et: 1 }, {}, { et: 2 }, { et: 2 }]),
        ...(random.chance(0.6) && { p: random.some(random.shuffled(names), 0.3) }),
        ...(random.chance(0.8) && {
          wt: Object.fromEntries(random.some(names, 0.9).map((name) => [name, random.pick([10, 50, 33.3, 100, 0])])),
        }),
      };
    }
    return { groups, campaignGroups };
  }

  /** A rollout or personalise campaign: one rule for each of its variations. */
  private byVariation(featureKey: string, ruleKey: string, type: string): VwoRule[] {
    const { random } = this;
    const id = this.nextId();
    const variations = random.times(random.pick([1, 1, 2]), (i) => ({
      ...this.variation(i + 1, `${ruleKey}-${i + 1}`, random.pick(WEIGHTS)),
      segments: segmentOf(random, this.featureIds),
      ...(random.chance(0.3) && { salt: random.pick(SALTS) }),
    }));
    this.campaigns.push({ ...this.campaign(id, `${featureKey}_${ruleKey}`, type), segments: {}, variations });
    return variations.map((variation) => ({
      type,
      ruleKey: `${ruleKey}-${variation.id}`,
      campaignId: id,
      ...((variations.length > 1 || random.chance(0.9)) && { variationId: variation.id }),
    }));
  }

  private testing(featureKey: string, ruleKey: string): VwoRule[] {
    const { random } = this;
    const id = this.nextId();
    const forced = random.chance(0.25);
    const count = random.int(1, 4);
    const even = random.chance(0.6);
    const variations = random.times(count, (i) => ({
      ...this.variation(i + 1, `Variation-${i}`, even ? 100 / count : random.pick(WEIGHTS)),
      segments: forced ? whitelistOf(random) : {},
    }));
    this.campaigns.push({
      ...this.campaign(id, `${featureKey}_${ruleKey}`, 'FLAG_TESTING'),
      segments: segmentOf(random, this.featureIds),
      ...random.pick<object>([
        { percentTraffic: 100 },
        { percentTraffic: 100 },
        { percentTraffic: 50 },
        { percentTraffic: 0 },
        {},
        { percentTraffic: 33.3 },
      ]),
      isForcedVariationEnabled: forced,
      ...(random.chance(0.3) && { salt: random.pick(SALTS) }),
      variations,
    });
    return [{ type: 'FLAG_TESTING', ruleKey, campaignId: id, ...(random.chance(0.05) && { variationId: 1 }) }];
  }

  private campaign(id: number, key: string, type: string): Omit<GeneratedCampaign, 'variations' | 'segments'> {
    return { id, key, name: key, type, status: 'RUNNING', isUserListEnabled: this.random.chance(0.15) };
  }

  private variation(id: number, name: string, weight: number): Omit<GeneratedVariation, 'segments'> {
    const { random } = this;
    const variables = random.some(
      [
        { id: 1, key: 'text', type: 'string', value: `${name}!` },
        { id: 2, key: 'number', type: 'integer', value: random.int(0, 3) },
        { id: 3, key: 'yes', type: 'boolean', value: random.chance(0.5) },
        { id: 4, key: '__proto__', type: 'json', value: { deep: [{ name }] } },
      ],
      0.6,
    );
    return { id, name, weight, variables };
  }

  private nextId(): number {
    return (this.lastId += this.random.int(1, 3));
  }
}
