import type { StoredDecision } from '../../lib/model/index.js';
import type { SeededRandom } from './seeded-random.js';
import type { GeneratedCampaign, GeneratedSettings } from './settings.generator.js';

/** What is stored for a user: nothing, or records fresh, stale, foreign and malformed, of features and of groups. */
export function storedOf(
  random: SeededRandom,
  settings: GeneratedSettings,
  userId: string,
): Map<string, StoredDecision> {
  const stored = new Map<string, StoredDecision>();
  if (random.chance(0.4)) return stored;
  for (const feature of settings.features) {
    if (random.chance(0.4))
      stored.set(feature.key, spoiled(random, featureRecord(random, settings, feature.key, userId)));
  }
  for (const groupId of Object.keys(settings.groups)) {
    const key = `_vwo_meta_meg_${groupId}`;
    if (random.chance(0.25)) stored.set(key, spoiled(random, groupRecord(random, settings, key, userId)));
  }
  return stored;
}

/** Of this feature's rules mostly, sometimes of any campaign of the account. */
function featureRecord(
  random: SeededRandom,
  settings: GeneratedSettings,
  featureKey: string,
  userId: string,
): StoredDecision {
  const feature = settings.features.find(({ key }) => key === featureKey);
  const own = random.chance(0.85)
    ? settings.campaigns.filter(({ id }) => feature?.rules.some(({ campaignId }) => campaignId === id))
    : settings.campaigns;
  const rollout = one(
    random,
    own.filter(({ type }) => type === 'FLAG_ROLLOUT'),
  );
  const experiment = one(random, random.chance(0.95) ? own.filter(({ type }) => type !== 'FLAG_ROLLOUT') : own);
  return {
    featureKey,
    ...(random.chance(0.7) && { featureId: feature?.id }),
    userId,
    ...(rollout && random.chance(0.8) && part(random, 'rollout', rollout)),
    ...(experiment && random.chance(0.5) && part(random, 'experiment', experiment)),
    ...(random.chance(0.2) && { note: 'of the user' }),
  };
}

function groupRecord(
  random: SeededRandom,
  settings: GeneratedSettings,
  featureKey: string,
  userId: string,
): StoredDecision {
  const experiment = one(
    random,
    settings.campaigns.filter(({ type }) => type !== 'FLAG_ROLLOUT'),
  );
  if (!experiment) return { featureKey, userId };
  const variationId = random.pick(experiment.variations).id;
  return {
    featureKey,
    userId,
    experimentId: experiment.id,
    experimentKey: experiment.key,
    experimentVariationId: experiment.type === 'FLAG_PERSONALIZE' ? variationId : -1,
  };
}

function part(random: SeededRandom, kind: 'rollout' | 'experiment', campaign: GeneratedCampaign): object {
  return {
    [`${kind}Id`]: campaign.id,
    [`${kind}Key`]: campaign.key,
    [`${kind}VariationId`]: random.pick(campaign.variations).id,
  };
}

function spoiled(random: SeededRandom, record: StoredDecision): StoredDecision {
  if (random.chance(0.6)) return record;
  const stringly = Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]),
  );
  return random.pick<StoredDecision>([
    { ...record, userId: 'somebody else' },
    { ...record, featureKey: 'another-feature' },
    { ...record, featureId: 123_456 },
    { ...record, experimentKey: 'gone' },
    { ...record, experimentVariationId: 99 },
    { ...record, rolloutKey: 'gone' },
    { ...record, rolloutVariationId: 99 },
    { ...record, rolloutId: undefined },
    { ...record, experimentId: 4711 },
    { ...stringly, userId: record.userId },
    { ...record, experimentVariationId: null },
    {} as StoredDecision,
    'text' as unknown as StoredDecision,
    null as unknown as StoredDecision,
    [record] as unknown as StoredDecision,
  ]);
}

function one<T>(random: SeededRandom, values: readonly T[]): T | undefined {
  return values.length > 0 ? random.pick(values) : undefined;
}
