import type { DecisionUser, JsonObject, StoredDecision } from '../../lib/model/index.js';
import { isFrom } from './judge.js';
import type { NewerSettings } from './newer.generator.js';
import type { Outcome } from './outcome.js';
import type { GeneratedSettings } from './settings.generator.js';

/** The settings as a version reads them; see `renamed-user-id`. */
export function settingsFor<T extends GeneratedSettings>(version: string, settings: T): T {
  if (!isFrom(version, '1.50')) return settings;
  return JSON.parse(JSON.stringify(settings).replaceAll('"_vwoUserId"', '"_wingifyUserId"')) as T;
}

/** The user likewise, with variables where holdout groups may ask for them; see `holdout-without-variables`. */
export function userFor(version: string, given: DecisionUser): DecisionUser {
  const user = isFrom(version, '1.40') ? { customVariables: {}, ...given } : given;
  if (!isFrom(version, '1.50')) return user;
  const { customVariables, variationTargetingVariables } = user;
  return {
    ...user,
    ...(customVariables && { customVariables: renamed(customVariables) }),
    ...(variationTargetingVariables && { variationTargetingVariables: renamed(variationTargetingVariables) }),
  };
}

function renamed(variables: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name === '_vwoUserId' ? '_wingifyUserId' : name, value]),
  );
}

/** What is stored, as VWO's SDK should have read it; see `foreign-record`, `other-rules`, `no-feature-id`. */
export function storedFor(
  version: string,
  settings: GeneratedSettings,
  userId: string,
  stored: ReadonlyMap<string, StoredDecision>,
): ReadonlyMap<string, StoredDecision> {
  const read = new Map<string, StoredDecision>();
  for (const [key, record] of stored) {
    if (isForeign(settings, key, userId, record)) continue;
    const ofRules = isOfOtherRules(settings, key, record)
      ? { ...record, experimentKey: 'gone', rolloutKey: 'gone' }
      : record;
    read.set(key, isFrom(version, '1.36') ? { ...ofRules, featureId: featureIdOf(settings, key) } : ofRules);
  }
  return read;
}

function featureIdOf(settings: GeneratedSettings, key: string): unknown {
  return (settings.features.find((each) => each.key === key) ?? settings.features[0])?.id;
}
/** Of what is stored, the records that the SDK is given. */
export function countedOf(
  stored: ReadonlyMap<string, StoredDecision>,
  read: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, StoredDecision> {
  return new Map([...stored].filter(([key]) => read.has(key)));
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
 * From 1.43 on users are shared by scaled weights, and so do we; see `forced-twice`.
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

/** In dev mode nothing is sent (1.43). */
export function isSilent({ devMode }: NewerSettings, user: DecisionUser): boolean {
  return devMode === true && user.isDevMode === true;
}

/**
 * Without what a version does by a fault of its own; see `blank-record`, `impact-of-off`, `holdout-over-experiment` and
 * `holdout-list-lost`.
 * @param stored what was stored, of this user and these features
 * @param isTold whether all impressions are sent: it asks a gateway, or the user is in dev mode, and there are none
 */
export function asIntended(
  version: string,
  settings: GeneratedSettings,
  key: string,
  theirs: Outcome,
  stored: ReadonlyMap<string, StoredDecision>,
  isTold: boolean,
): Outcome {
  if (!isFrom(version, '1.40')) return theirs;
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  for (const [each, record] of theirs.records) {
    if (!isBlank(record)) records.set(each, onTopOf(stored.get(each), record));
  }
  const impact = settings.features.find((each) => each.key === key)?.impactCampaign?.campaignId;
  const isSent = isTold || theirs.enabled || theirs.shown.some(({ campaignId }) => campaignId === impact);
  if (isSent || impact === undefined) return { ...theirs, records };
  return { ...theirs, records, shown: [...theirs.shown, { campaignId: impact, variationId: 1 }] };
}

function isBlank(record: Readonly<Record<string, unknown>>): boolean {
  return !isDecided(record) && !['isInHoldoutId', 'notInHoldoutId'].some((field) => isFilled(record[field]));
}

/** Whether a record says more than holdout groups. */
export function isDecided(record: Readonly<Record<string, unknown>>): boolean {
  return !!record['rolloutId'] || !!record['experimentId'];
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Lists of holdout groups stay, and so does a decision beside a new list. */
function onTopOf(before: StoredDecision | undefined, record: JsonObject): JsonObject {
  if (!before) return record;
  const notInHoldoutId = joined(before['notInHoldoutId'], record['notInHoldoutId']);
  if (isDecided(record)) return { ...record, notInHoldoutId };
  const isInHoldoutId = joined(before['isInHoldoutId'], record['isInHoldoutId']);
  if (isFilled(record['isInHoldoutId'])) return { ...record, isInHoldoutId, notInHoldoutId };
  return { ...before, notInHoldoutId };
}

function joined(...lists: readonly unknown[]): readonly unknown[] {
  return [...new Set(lists.flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : [])))];
}
