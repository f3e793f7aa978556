import { createHash } from 'node:crypto';
import { isId, isObject, type JsonObject, objectsIn, own } from '../model/index.js';
import { changedKeys, type FlagTexts } from '../settings/index.js';
import { campaignsIn, type CompiledSettings, rulesOf } from './engine/index.js';

type Sources = CompiledSettings['sources'];

/** Keys of the features that two settings of one account decide differently; those that were not compiled anew are the same. */
export function flagsChanged(before: CompiledSettings, after: CompiledSettings): readonly string[] {
  const keys = [...new Set([...before.featureKeys, ...after.featureKeys])];
  const anew = keys.filter((key) => before.features.get(key) !== after.features.get(key));
  return changedKeys(featureTexts(before.sources, anew), featureTexts(after.sources, anew));
}

/**
 * What each feature is decided by, as text: itself, the campaigns of its rules, their mutually exclusive groups with all campaigns
 * of these, and its holdout groups. Rules that look at another feature are not followed to that one.
 */
function featureTexts(sources: Sources, keys: readonly string[]): FlagTexts {
  const { features, campaigns } = sources;
  const byId = new Map([...campaigns].map(([id, campaign]) => [String(id), campaign]));
  const holdouts = objectsIn(sources.holdouts);
  const groupTexts = new Map<JsonObject, string>();
  const textOf = (group: JsonObject): string => {
    const text = groupTexts.get(group) ?? digest(written([group, campaignsIn(group).map((id) => byId.get(id))]));
    groupTexts.set(group, text);
    return text;
  };
  const texts = new Map<string, string>();
  for (const key of keys) {
    const feature = features.get(key);
    if (feature === undefined) continue;
    const rules = rulesOf(feature).filter(({ campaignId }) => isId(campaignId));
    const groups = new Set(rules.flatMap((rule) => groupsOf(rule, sources)));
    const parts = rules.map(({ campaignId }) => byId.get(String(campaignId)));
    const out = holdouts.filter(({ isGlobal, featureIds }) => !!isGlobal || isIn(featureIds, feature['id']));
    texts.set(key, written([feature, parts, [...groups].map(textOf), out]));
  }
  return texts;
}

function isIn(list: unknown, value: unknown): boolean {
  return Array.isArray(list) && list.includes(value);
}

/** A group has all of its campaigns in it, and each of its features has the group. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return String(Math.random()); // too deep to be written: it counts as changed
  }
}

/** By campaign, or by campaign and variation of a personalise rule. */
function groupsOf({ campaignId, variationId }: JsonObject, sources: Sources): readonly JsonObject[] {
  const groups = isObject(sources.groups) ? sources.groups : {};
  const campaignGroups = isObject(sources.campaignGroups) ? sources.campaignGroups : {};
  const names = [String(campaignId), ...(isId(variationId) ? [`${campaignId}_${variationId}`] : [])];
  return names.flatMap((name) => {
    const id = own(campaignGroups, name);
    const group = isId(id) ? own(groups, String(id)) : undefined;
    return isObject(group) ? [group] : [];
  });
}
