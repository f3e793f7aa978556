import { isObject, type JsonObject, own } from '../model/index.js';
import type { FlagTexts } from '../settings/index.js';
import type { VwoSettings } from './engine/index.js';

/**
 * What each feature is decided by, as text: itself, the campaigns of its rules, their mutually exclusive groups with all campaigns
 * of these, and its holdout groups. Rules that look at another feature are not followed to that one.
 */
export function featureTexts(settings: VwoSettings): FlagTexts {
  const campaigns = byId(objectsIn(settings.campaigns));
  const holdouts = objectsIn(settings.holdouts);
  const texts = new Map<string, string>();
  for (const feature of objectsIn(settings.features)) {
    const { key, id } = feature;
    if (typeof key !== 'string' || texts.has(key)) continue; // of two with one key the first counts
    const rules = objectsIn(feature['rules']);
    const groups = new Set(rules.flatMap((rule) => groupsOf(rule, settings)));
    const grouped = [...groups].flatMap((group) => campaignIdsOf(group));
    const ids = new Set([...rules.map(({ campaignId }) => String(campaignId)), ...grouped]);
    const parts = [...ids].map((each) => campaigns.get(each));
    const out = holdouts.filter(({ isGlobal, featureIds }) => !!isGlobal || idsIn(featureIds).includes(id));
    texts.set(key, JSON.stringify([feature, parts, [...groups], out]));
  }
  return texts;
}

/** By campaign, or by campaign and variation of a personalise rule. */
function groupsOf({ campaignId, variationId }: JsonObject, settings: VwoSettings): readonly JsonObject[] {
  const { groups = {}, campaignGroups = {} } = settings;
  return [String(campaignId), `${campaignId}_${variationId}`].flatMap((name) => {
    const group = own(groups, String(own(campaignGroups, name)));
    return isObject(group) ? [group] : [];
  });
}

/** `'5_2'` is campaign 5. */
function campaignIdsOf({ campaigns }: JsonObject): readonly string[] {
  return idsIn(campaigns).map((name) => String(name).replace(/_.*/, ''));
}

function byId(campaigns: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  return new Map(campaigns.map((campaign) => [String(campaign['id']), campaign]));
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return idsIn(list).filter(isObject);
}

function idsIn(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
