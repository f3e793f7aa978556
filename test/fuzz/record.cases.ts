import fc from 'fast-check';
import type { DecisionUser, StoredDecision } from '../../lib/model/index.js';
import { SeededRandom } from '../differential/seeded-random.js';
import { type GeneratedCampaign, type GeneratedSettings, settingsOf } from '../differential/settings.generator.js';
import { userOf } from '../differential/user.generator.js';
import { anyJson } from '../fme/engine/any-input.properties.js';

/** One record of one user, stored under the key of one feature. */
export interface RecordCase {
  readonly settings: GeneratedSettings;
  readonly key: string;
  readonly user: DecisionUser;
  readonly record: unknown;
}

type Change = (given: Given) => Partial<RecordCase>;

interface Given extends RecordCase {
  readonly record: StoredDecision;
  readonly random: SeededRandom;
  readonly any: unknown;
}

/** What can be wrong with a record, or with the settings that it meets: one thing at a time. */
const CHANGES: Readonly<Record<string, Change>> = {
  'nothing': () => ({}), // prettier-ignore
  'another user': (given) => changed(given, { userId: given.random.pick<unknown>(['somebody else', '', null, undefined, `${given.user.id} `]) }),
  'user as a number': (given) => changed(given, { userId: Number(given.user.id) }),
  'another feature': (given) => changed(given, { featureKey: given.random.pick([...otherKeys(given), 'another-feature']) }),
  'record of another feature': (given) => ({ record: goodRecord(given.random, given.settings, given.random.pick([...otherKeys(given), given.key]), given.user.id) }),
  'id of another feature': (given) => changed(given, { featureId: given.random.pick<unknown>([...given.settings.features.map(({ id }) => id), 4_711, '1', 0, null]) }),
  'campaign of another feature': (given) => changed(given, anyPart(given, 'experiment')),
  'rollout of another feature': (given) => changed(given, anyPart(given, 'rollout')),
  'no such variation': (given) => changed(given, { [given.random.pick(VARIATIONS)]: given.random.pick<unknown>([99, -1, 0, '1', true, null, NaN, undefined]) }),
  'no such campaign': (given) => changed(given, { [given.random.pick(['experimentKey', 'rolloutKey'])]: given.random.pick<unknown>(['gone', '', null, 7, '__proto__']) }),
  'a field missing': (given) => ({ record: without(given.record, given.random.pick(Object.keys(given.record))) }),
  'a field of any kind': (given) => changed(given, { [given.random.pick(Object.keys(given.record))]: given.any }),
  'numbers as text': (given) => changed(given, Object.fromEntries(Object.entries(given.record).flatMap(([name, value]) => (typeof value === 'number' ? [[name, String(value)]] : [])))),
  'anything': (given) => ({ record: given.any }), // prettier-ignore
  'in a list': (given) => ({ record: [given.record] }),
  'as text': (given) => ({ record: JSON.stringify(given.record) }),
  'campaign removed': (given) => ({ settings: { ...given.settings, campaigns: given.settings.campaigns.filter(({ key }) => key !== given.record['experimentKey']) } }),
  'rollout removed': (given) => ({ settings: { ...given.settings, campaigns: given.settings.campaigns.filter(({ key }) => key !== given.record['rolloutKey']) } }),
  'rules removed': (given) => ({ settings: withRules(given, () => given.random.chance(0.5)) }),
  'variation removed': (given) => ({ settings: { ...given.settings, campaigns: given.settings.campaigns.map(oneVariationLess) } }),
}; // prettier-ignore

const VARIATIONS = ['experimentVariationId', 'rolloutVariationId', 'experimentId', 'rolloutId'];

export const recordCases: fc.Arbitrary<RecordCase> = fc
  .tuple(fc.integer(), fc.constantFrom(...Object.keys(CHANGES)), anyJson)
  .map(([seed, change, any]) => {
    const random = new SeededRandom(seed);
    const settings = settingsOf(random);
    const user = userOf(random, settings.accountId);
    const { key } = random.pick(settings.features);
    const given = { settings, key, user, record: goodRecord(random, settings, key, user.id), random, any };
    const { settings: met, record } = { ...given, ...CHANGES[change]?.(given) };
    return { settings: met, key, user, record };
  });

/** Of a variation that the feature's rules have, of its experiment or its rollout or both. */
function goodRecord(random: SeededRandom, settings: GeneratedSettings, key: string, userId: string): StoredDecision {
  const feature = settings.features.find((each) => each.key === key);
  const parts = random.shuffled(feature?.rules ?? []).flatMap((rule) => {
    const campaign = settings.campaigns.find(({ id }) => id === rule.campaignId);
    if (!campaign) return [];
    const kind = campaign.type === 'FLAG_ROLLOUT' ? ('rollout' as const) : ('experiment' as const);
    return [{ kind, fields: part(random, kind, campaign, rule.variationId) }];
  });
  const rollout = parts.find(({ kind }) => kind === 'rollout')?.fields;
  const experiment = parts.find(({ kind }) => kind === 'experiment')?.fields;
  return {
    featureKey: key,
    ...(random.chance(0.6) && { featureId: feature?.id }),
    userId,
    ...(random.chance(0.8) && rollout),
    ...(random.chance(0.7) && experiment),
    ...(random.chance(0.2) && { note: 'of the application' }),
  };
}

function part(random: SeededRandom, kind: string, campaign: GeneratedCampaign, only?: unknown): object {
  const variation = campaign.variations.find(({ id }) => id === only) ?? random.pick(campaign.variations);
  return { [`${kind}Id`]: campaign.id, [`${kind}Key`]: campaign.key, [`${kind}VariationId`]: variation.id };
}

/** Of any campaign of the account. */
function anyPart({ random, settings }: Given, kind: string): object {
  return settings.campaigns.length > 0 ? part(random, kind, random.pick(settings.campaigns)) : {};
}

function changed({ record }: Given, fields: object): Partial<RecordCase> {
  return { record: { ...record, ...fields } };
}

function without(record: StoredDecision, name: string): object {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== name));
}

function otherKeys({ settings, key }: Given): string[] {
  return settings.features.map((each) => each.key).filter((each) => each !== key);
}

function withRules({ settings, key }: Given, isKept: () => boolean): GeneratedSettings {
  const features = settings.features.map((each) =>
    each.key === key ? { ...each, rules: each.rules.filter(isKept) } : each,
  );
  return { ...settings, features };
}

function oneVariationLess(campaign: GeneratedCampaign): GeneratedCampaign {
  return campaign.variations.length > 1 ? { ...campaign, variations: campaign.variations.slice(1) } : campaign;
}
