import { isObject } from '../../lib/model/index.js';

/** What an oracle reads of settings: as they came, before they are compiled. */
export interface RawSettings {
  readonly features: readonly { readonly id?: unknown; readonly key?: unknown; readonly rules: readonly RawRule[] }[];
  readonly campaigns: readonly RawCampaign[];
}

interface RawRule {
  readonly campaignId?: unknown;
  readonly variationId?: unknown;
}

interface RawCampaign {
  readonly id?: unknown;
  readonly key?: unknown;
  readonly type?: unknown;
  readonly variations: readonly RawVariation[];
}

export interface RawVariation {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly variables?: readonly object[];
}

/** What a stored record says of a feature. */
export interface Worth {
  readonly kind: 'experiment' | 'rollout';
  readonly variation: RawVariation;
}

/** A record that is not of this user and feature. */
export function isForeign(settings: RawSettings, key: string, userId: string, record: unknown): boolean {
  if (!isObject(record) || record['featureKey'] !== key) return true;
  const owner: unknown = record['userId'];
  if (owner !== userId && !(typeof owner === 'number' && String(owner) === userId)) return true;
  const featureId: unknown = record['featureId'];
  return featureId != null && featureId !== settings.features.find((each) => each.key === key)?.id;
}

/** What must come of a stored record, told by docs/storage.md from the settings alone; undefined: it must be decided anew. */
export function worthOf(settings: RawSettings, key: string, userId: string, record: unknown): Worth | undefined {
  if (!isObject(record) || isForeign(settings, key, userId, record)) return undefined;
  const of = (kind: Worth['kind']): Worth | undefined => {
    const variation = ruledVariation(settings, key, kind, record[`${kind}Key`], record[`${kind}VariationId`]);
    return variation && { kind, variation };
  };
  if (record['experimentVariationId']) return of('experiment');
  return record['rolloutId'] ? of('rollout') : undefined;
}

/** The variation of a campaign that the rules of this feature still have. */
function ruledVariation(
  { features, campaigns }: RawSettings,
  featureKey: string,
  kind: Worth['kind'],
  campaignKey: unknown,
  variationId: unknown,
): RawVariation | undefined {
  if (!campaignKey) return undefined;
  const rules = features.find((each) => each.key === featureKey)?.rules ?? [];
  for (const { campaignId, variationId: only } of rules) {
    const campaign = campaigns.find(({ id }) => id === campaignId);
    if (!campaign || campaign.key !== campaignKey) continue;
    if ((campaign.type === 'FLAG_ROLLOUT') !== (kind === 'rollout')) continue;
    const isNarrowed = campaign.variations.some(({ id }) => id === only);
    const found = campaign.variations.find(({ id }) => id === variationId);
    if (found && (!isNarrowed || only === variationId)) return found;
  }
  return undefined;
}
