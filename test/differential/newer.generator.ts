import type { VwoHoldout } from '../../lib/fme/engine/index.js';
import { type DecisionUser, isObject, type StoredDecision } from '../../lib/model/index.js';
import { isFrom } from './judge.js';
import type { SeededRandom } from './seeded-random.js';
import { segmentOf, TEXTS, USERS } from './segment.generator.js';
import type { GeneratedSettings } from './settings.generator.js';

/** What is newer than 1.35, for versions of VWO's SDK that know it. */
export interface NewerSettings extends GeneratedSettings {
  readonly holdouts?: readonly VwoHoldout[];
  readonly isMAU?: boolean;
  readonly devMode?: boolean;
}

const WEB_CAMPAIGNS = ['122', '7', '0'];

/** Holdout groups (1.40), dev mode (1.43), usage (1.55), segments that ask for web testing (1.60). */
export function newerSettings(version: string, random: SeededRandom, settings: GeneratedSettings): NewerSettings {
  // Not with mutually exclusive groups: see `holdout-in-group`.
  const hasGroups = Object.keys(settings.groups).length > 0;
  const withHoldouts = isFrom(version, '1.40') && !hasGroups && random.chance(0.8);
  const newer = isFrom(version, '1.60') && random.chance(0.4) ? withWebTesting(random, settings) : settings;
  return {
    ...newer,
    ...(withHoldouts && { holdouts: holdoutsOf(random, newer) }),
    // With holdout groups, dev mode is another: see `holdout-in-dev-mode`.
    ...(isFrom(version, '1.43') && !withHoldouts && random.chance(0.3) && { devMode: true }),
    ...(isFrom(version, '1.55') && random.chance(0.3) && { isMAU: true }),
  };
}

/** A bucketing seed (1.41), dev mode, what web testing has given. */
export function newerUser(version: string, random: SeededRandom, user: DecisionUser): DecisionUser {
  return {
    ...user,
    ...(isFrom(version, '1.41') &&
      random.chance(0.25) && { bucketingSeed: random.pick([...USERS, 'seed', ' ', '', 'é', '__proto__']) }),
    ...(isFrom(version, '1.43') && random.chance(0.3) && { isDevMode: random.chance(0.7) }),
    ...(isFrom(version, '1.60') && random.chance(0.7) && { platformVariables: platformVariablesOf(random) }),
  };
}

/** Holdout groups that the user was found in, or not in, before. */
export function newerStored(
  random: SeededRandom,
  { holdouts = [] }: NewerSettings,
  stored: Map<string, StoredDecision>,
): Map<string, StoredDecision> {
  if (holdouts.length === 0) return stored;
  const ids = [...holdouts.map(({ id }) => id), 4_711];
  const asksGateway =
    /"(country|region|city|os|browser_string|device|device_type|os_version|browser_version|ua|ip_address)"/;
  // See `holdout-before-gateway`.
  const isPlain = !asksGateway.test(JSON.stringify(holdouts));
  for (const [key, record] of stored) {
    // One that says nothing else counts as on in segments: see `blank-record`.
    if (!isObject(record) || !('rolloutKey' in record || 'experimentKey' in record)) continue;
    const inside = isPlain && random.chance(0.3) ? random.some(ids, 0.4) : [];
    const outside = random.chance(0.4) ? random.some(ids, 0.5).filter((id) => !inside.includes(id)) : [];
    stored.set(key, {
      ...record,
      ...(inside.length > 0 && { isInHoldoutId: inside }),
      ...(outside.length > 0 && { notInHoldoutId: outside }),
    });
  }
  return stored;
}

function holdoutsOf(random: SeededRandom, { features }: GeneratedSettings): readonly VwoHoldout[] {
  const ids = features.map(({ id }) => id);
  return random.times(random.int(1, 3), (i) => ({
    id: 9_000 + i,
    name: `Holdout ${i}`,
    percentTraffic: random.pick([0, 5, 50, 100, 33]),
    isGlobal: random.chance(0.3),
    featureIds: random.some(ids, 0.6),
    segments: random.chance(0.6) ? {} : segmentOf(random, ids),
    metrics: [],
  }));
}

/** Some of the operands ask for a campaign of web testing instead. */
function withWebTesting<T extends GeneratedSettings>(random: SeededRandom, settings: T): T {
  return JSON.parse(JSON.stringify(settings), (name, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('custom_variable' in value) || name === 'whitelist')
      return value;
    return random.chance(0.5) ? { campaignVariation: webTestingOf(random) } : value;
  }) as T;
}

function webTestingOf(random: SeededRandom): unknown {
  const [campaign, variation] = [random.pick(WEB_CAMPAIGNS), random.int(0, 2)];
  return random.pick<unknown>([
    campaign,
    Number(campaign),
    `!${campaign}`,
    `${campaign}_${variation}`,
    `${campaign}_!${variation}`,
    ` ${campaign} `,
    '',
    'x',
    `${campaign}_`,
  ]);
}

function platformVariablesOf(random: SeededRandom): Readonly<Record<string, unknown>> {
  const given = Object.fromEntries(
    random.some(WEB_CAMPAIGNS, 0.6).map((id) => [id, random.pick<unknown>([0, 1, 2, '1', '2', null, true])]),
  );
  const webTestingCampaigns = random.pick<unknown>([
    given,
    given,
    JSON.stringify(given),
    '{',
    '',
    random.pick(TEXTS),
    null,
    [given],
  ]);
  return random.chance(0.1) ? {} : { webTestingCampaigns };
}
