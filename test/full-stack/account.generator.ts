import type { FullStackCampaign, FullStackGoal, FullStackSettings } from '../../lib/entries/full-stack.js';
import type { StoredDecision, VwoUserContext } from '../../lib/model/index.js';
import { segmentOf, whitelistOf } from '../differential/segment.generator.js';
import type { SeededRandom } from '../differential/seeded-random.js';
import { userOf } from '../differential/user.generator.js';

const KEYS = ['checkout', 'pricing', 'constructor', 'a_b', 'größe', 'banner'];
const GOALS = ['bought', 'signed-up', 'paid'];
const WEIGHTS = [0, 100, 50, 33.3333, 0.5];

/** A settings file of Full Stack: one to four campaigns of every type, perhaps some of them exclusive. */
export function settingsFileOf(random: SeededRandom): FullStackSettings {
  const keys = random.shuffled(KEYS).slice(0, random.int(1, 4));
  const campaigns = keys.map((key, i) => campaignOf(random, key, i * 3 + random.int(1, 3)));
  return {
    accountId: random.int(1, 999_999),
    sdkKey: 'sdk-key',
    version: 1,
    isEventArchEnabled: random.chance(0.5),
    isNB: random.chance(0.3),
    isNBv2: random.chance(0.3),
    campaigns,
    ...(random.chance(0.5) ? groupOf(random, campaigns) : { groups: {}, campaignGroups: {} }),
  };
}

function campaignOf(random: SeededRandom, key: string, id: number): FullStackCampaign {
  const type = random.pick(['VISUAL_AB', 'VISUAL_AB', 'FEATURE_ROLLOUT', 'FEATURE_TEST']);
  const isRollout = type === 'FEATURE_ROLLOUT';
  const forced = random.chance(0.25);
  const count = isRollout ? 1 : random.int(2, 4);
  const even = random.chance(0.6);
  return {
    id,
    key,
    name: key,
    type,
    status: random.pick(['RUNNING', 'RUNNING', 'RUNNING', 'PAUSED']),
    percentTraffic: random.pick([100, 100, 100, 50, 10, 0]),
    isForcedVariationEnabled: forced,
    isUserListEnabled: random.chance(0.15),
    ...(random.chance(0.3) && { isBucketingSeedEnabled: true }),
    ...(random.chance(0.3) && { isOB: true }),
    ...(random.chance(0.3) && { isOBv2: true }),
    segments: segmentOf(random, [1, 2]),
    goals: isRollout ? [] : goalsOf(random, id),
    variations: random.times(count, (i) => ({
      id: i + 1,
      name: i === 0 ? (isRollout ? 'website' : 'Control') : `Variation-${i}`,
      weight: even ? 100 / count : random.pick(WEIGHTS),
      changes: {},
      segments: forced ? whitelistOf(random) : {},
      ...(type === 'FEATURE_TEST' && { isFeatureEnabled: random.chance(0.8), variables: variablesOf(random) }),
    })),
    ...(isRollout && { variables: variablesOf(random) }),
  };
}

function goalsOf(random: SeededRandom, campaignId: number): FullStackGoal[] {
  return random.some(GOALS, 0.7).map((identifier, i) => ({
    id: campaignId * 100 + i,
    identifier,
    type: identifier === 'paid' ? 'REVENUE_TRACKING' : 'CUSTOM_GOAL',
    ...(identifier === 'paid' && random.chance(0.3) && { revenueProp: 'amount' }),
    ...(random.chance(0.15) && { mca: -1 }),
  }));
}

function variablesOf(random: SeededRandom) {
  return [
    { id: 1, key: 'text', type: 'string', value: random.pick(['', 'Hello']) },
    { id: 2, key: 'size', type: 'integer', value: random.pick<unknown>([0, 3, '7', 'x']) },
    { id: 3, key: 'ratio', type: 'double', value: random.pick<unknown>([0.5, '0.25']) },
    { id: 4, key: 'on', type: 'boolean', value: random.chance(0.5) },
    { id: 5, key: 'layout', type: 'json', value: { columns: [1, { deep: true }] } },
  ];
}

function groupOf(random: SeededRandom, campaigns: readonly FullStackCampaign[]) {
  const ids = random.some(campaigns, 0.8).map(({ id }) => Number(id));
  const group = {
    name: 'Group 7',
    groupName: 'Group 7',
    campaigns: ids,
    ...random.pick<object>([{}, { et: 1 }, { et: 2 }]),
    ...(random.chance(0.6) && { p: random.some(random.shuffled(ids), 0.4) }),
    ...(random.chance(0.8) && {
      wt: Object.fromEntries(random.some(ids, 0.9).map((id) => [id, random.pick(WEIGHTS)])),
    }),
  };
  return { groups: { 7: group }, campaignGroups: Object.fromEntries(ids.map((id) => [id, 7])) };
}

/** One goal that a handler tracks. */
export interface GoalCall {
  readonly goal: string;
  /** Undefined: all that have it. */
  readonly campaigns: readonly string[] | undefined;
  readonly revenue: number | undefined;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
}

/** One visit: who comes, with which records, which campaigns are read, and then which goals are tracked. */
export interface FullStackVisit {
  readonly user: VwoUserContext;
  /** By campaign key. */
  readonly stored: ReadonlyMap<string, StoredDecision>;
  readonly read: readonly string[];
  readonly goals: readonly GoalCall[];
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/**
 * Where a stored variation is gone, no goal is tracked; and goals of users who may be forced are tracked once:
 * test/full-stack/stale-record.spec.ts and sdk-comparison.spec.ts show what VWO's SDK does otherwise.
 */
export function fullStackVisitOf(random: SeededRandom, settings: FullStackSettings): FullStackVisit {
  const { gateway: _, userListId: _listId, ipAddress, ...user } = userOf(random, settings.accountId);
  const running = settings.campaigns.map(({ key }) => key);
  const read = random.some(random.shuffled([...running, 'no-such-campaign']), 0.7);
  const withRecords = random.chance(0.4) ? [] : random.some(settings.campaigns, 0.5);
  const goals = random.chance(0.3) ? [] : random.some(random.shuffled(GOALS), 0.6);
  const record = (campaign: FullStackCampaign) => recordOf(random, campaign, user.id, goals.length === 0);
  return {
    user: {
      ...user,
      ...(ipAddress !== undefined && { ipAddress: random.pick(['203.0.113.7', '10.0.0.1']) }),
      ...(random.chance(0.3) && { metaData: { shop: random.pick(['north', 'south']) } }),
    },
    stored: new Map(withRecords.map((campaign) => [campaign.key, record(campaign)])),
    read,
    goals: goals.map((goal) => ({
      goal,
      campaigns: random.pick([undefined, read, read.slice(0, 1)]),
      revenue: random.chance(0.6) ? random.pick([99.5, 0, 10]) : undefined,
      properties: random.chance(0.4) ? { currency: 'EUR', amount: random.int(0, 9) } : undefined,
    })),
    tags: random.chance(0.2) ? { plan: random.pick(['gold & silver', 'größe']) } : undefined,
  };
}

/** A record that is good, or of somebody else, or without what it needs, or of a variation that is gone. */
function recordOf(
  random: SeededRandom,
  campaign: FullStackCampaign,
  userId: string,
  mayBeGone: boolean,
): StoredDecision {
  const goals = campaign.isForcedVariationEnabled ? [] : random.some(GOALS, 0.3);
  const good: StoredDecision = {
    userId,
    campaignKey: campaign.key,
    variationName: random.pick(campaign.variations).name,
    ...(goals.length > 0 && { goalIdentifier: goals.join('_vwo_') }),
    ...(random.chance(0.2) && { metaData: { shop: 'north' } }),
    ...(random.chance(0.1) && { note: 'of the application' }),
  };
  if (random.chance(0.75)) return good;
  const { variationName: _, ...nameless } = good;
  return random.pick<StoredDecision>([
    { ...good, userId: 'somebody else' },
    { ...good, campaignKey: 'another-campaign' },
    { ...good, variationName: 7 },
    { ...good, variationName: '' },
    { ...good, variationName: mayBeGone ? 'Gone' : null },
    nameless,
  ]);
}
