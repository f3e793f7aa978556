import type { DecisionUser, StoredDecision } from '../../lib/model/index.js';
import type { GeneratedSettings } from './settings.generator.js';

/**
 * Where we differ from SDK 1.35 on purpose (VWO.md, section 5), each with a test of its own in
 * `test/engine/stored.spec.ts` and `whitelist.spec.ts`. The SDK is shown the storage as it should have read it.
 */
export function asItShouldBeRead(
  settings: GeneratedSettings,
  userId: string,
  stored: ReadonlyMap<string, StoredDecision>,
): ReadonlyMap<string, StoredDecision> {
  const read = new Map<string, StoredDecision>();
  for (const [key, record] of stored) {
    if (isForeign(settings, key, userId, record)) continue;
    read.set(
      key,
      isOfOtherRules(settings, key, record) ? { ...record, experimentKey: 'gone', rolloutKey: 'gone' } : record,
    );
  }
  return read;
}

/** Refused: a record of another user, feature, or feature id. */
function isForeign(settings: GeneratedSettings, key: string, userId: string, record: unknown): boolean {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return true;
  const { featureKey, userId: storedUser, featureId } = record as StoredDecision;
  if (featureKey !== key || storedUser !== userId) return true;
  const feature = settings.features.find((each) => each.key === key);
  return featureId != null && featureId !== feature?.id;
}

/** Decided anew: a campaign that the SDK finds in the account, but that is not, or no longer, among this feature's rules. */
function isOfOtherRules(settings: GeneratedSettings, key: string, record: StoredDecision): boolean {
  const feature = settings.features.find((each) => each.key === key);
  if (!feature) return false;
  const isExperiment = !!record['experimentVariationId'];
  const campaignKey = isExperiment ? record['experimentKey'] : record['rolloutKey'];
  const variationId = isExperiment ? record['experimentVariationId'] : record['rolloutVariationId'];
  const campaign = settings.campaigns.find((each) => each.key === campaignKey);
  if (!campaign?.variations.some(({ id }) => id === variationId)) return false;
  const isKind = isExperiment === (campaign.type !== 'FLAG_ROLLOUT');
  const isRule = feature.rules.some((rule) => {
    if (rule.campaignId !== campaign.id) return false;
    const isOne = campaign.variations.some(({ id }) => id === rule.variationId);
    return !isOne || rule.variationId === variationId;
  });
  return !isKind || !isRule;
}

/**
 * Of several variations that a user is forced into, SDK 1.35 cannot choose one: it throws inside, and the flag is off.
 * Later ones share users by scaled weights, and so do we.
 */
export function isForcedTwice(settings: GeneratedSettings, key: string, user: DecisionUser): boolean {
  const feature = settings.features.find((each) => each.key === key);
  return (feature?.rules ?? []).some((rule) => {
    const campaign = settings.campaigns.find(({ id }) => id === rule.campaignId);
    if (!campaign?.isForcedVariationEnabled) return false;
    return (
      campaign.variations.filter(({ segments }) => isTargeted(segments, campaign.isUserListEnabled === true, user))
        .length > 1
    );
  });
}

/** The two forms that the generator gives whitelists. */
function isTargeted(segments: unknown, byListId: boolean, user: DecisionUser): boolean {
  const [leaf] = (segments as { or?: readonly { user?: string; custom_variable?: { name: string } }[] }).or ?? [];
  const id = byListId ? user.userListId : user.id;
  if (leaf?.user !== undefined) return leaf.user.split(',').some((each) => each.trim() === id);
  return (
    leaf?.custom_variable !== undefined && user.variationTargetingVariables?.['name'] === leaf.custom_variable.name
  );
}
