import murmurhash from 'murmurhash';
import type { SeededRandom } from './seeded-random.js';
import type { GeneratedCampaign, GeneratedSettings } from './settings.generator.js';

/** How many ids are tried, so that one of 10,000 buckets is likely to be met. */
const TRIES = 6_000;

/** Shares are laid out over this many buckets. */
const BUCKETS = 10_000;

/** The id of a user whose bucket is the first or the last of a share, or just outside of one; undefined: none was found. */
export function edgeUserIdOf(random: SeededRandom, settings: GeneratedSettings): string | undefined {
  const all = [
    ...settings.campaigns.filter(({ type }) => type === 'FLAG_TESTING').map(ofTest(settings)),
    ...groupsOf(settings),
  ];
  if (all.length === 0) return undefined;
  const { prefix, edges } = random.pick(all);
  const wanted = new Set(edges);
  const name = random.int(0, 1e6).toString(36);
  for (let i = 0; i < TRIES; i++) if (wanted.has(bucketOf(`${prefix}${name}-${i}`))) return `${name}-${i}`;
  return undefined;
}

interface Shares {
  /** What stands before the user's id in the text that is hashed. */
  readonly prefix: string;
  readonly edges: readonly number[];
}

function ofTest({ accountId }: GeneratedSettings): (campaign: GeneratedCampaign) => Shares {
  return ({ id, salt, variations }) => ({
    prefix: `${salt ?? id}_${accountId}_`,
    edges: edgesOf(variations.map(({ weight }) => weight)),
  });
}

function groupsOf({ groups }: GeneratedSettings): readonly Shares[] {
  return Object.entries(groups).map(([id, { campaigns = [], wt = {} }]) => {
    const listed = Array.isArray(campaigns) ? campaigns : [];
    const even = listed.map(() => 100 / listed.length);
    return { prefix: `${id}_`, edges: [...edgesOf(even), ...edgesOf(Object.values(wt).map(Number))] };
  });
}

function edgesOf(weights: readonly number[]): readonly number[] {
  let end = 0;
  const ends = weights.map((weight) => (end += Math.min(Math.ceil(weight * 100), BUCKETS)));
  return [1, BUCKETS, ...ends.flatMap((each) => [each, each + 1])];
}

function bucketOf(text: string): number {
  return Math.floor((murmurhash.v3(text, 1) / 2 ** 32) * BUCKETS + 1);
}
