import { FmeClient } from '../../lib/entries/client.js';
import { type Answer, CREDENTIALS, FLAGS } from './account.js';
import { storageAt } from './redis-place.js';
import type { Stage } from './stage.js';

/** What became of what the responses had shown, once the application has ended. */
export interface Verdict {
  readonly users: number;
  /** Users of whom a decision was shown and is not stored. */
  readonly notStored: number;
  /** Users for whom another variation is stored than was shown last. */
  readonly otherStored: number;
  /** Users of whom an impression never reached VWO. */
  readonly notCounted: number;
}

/** Rollout and experiment of two flags, and the rollout of the third. */
const CAMPAIGNS = 5;
const EXPERIMENTS = ['checkout', 'search'] as const;
/** Users who are looked up at a time. */
const CHUNK = 500;

export async function verdict(stage: Stage, settings: object, shown: ReadonlyMap<string, Answer>): Promise<Verdict> {
  const users = [...shown];
  const stored = await storedVariations(stage, settings, users);
  const counted = campaignsByUser(stage);
  const { uuids } = stored;
  return {
    users: users.length,
    notStored: users.filter(([id]) => EXPERIMENTS.some((key) => !stored.of(id, key))).length,
    otherStored: users.filter(([id, answer]) =>
      EXPERIMENTS.some((key) => stored.of(id, key) !== undefined && stored.of(id, key) !== answer[key][0]),
    ).length,
    notCounted: users.filter(([id]) => (counted.get(uuids.get(id) ?? '')?.size ?? 0) < CAMPAIGNS).length,
  };
}

interface Stored {
  /** The key of the variation; undefined where none is stored. */
  of(user: string, flag: string): string | null | undefined;
  readonly uuids: ReadonlyMap<string, string>;
}

/** As a new instance reads them. */
async function storedVariations(
  { place }: Stage,
  settings: object,
  users: readonly (readonly [string, Answer])[],
): Promise<Stored> {
  const { storage, close } = storageAt(place);
  const client = new FmeClient({ settings, ...CREDENTIALS, events: false, storage, storageTimeout: 30_000 });
  await client.start();
  const found = new Map<string, ReadonlyMap<string, string | null>>();
  const uuids = new Map<string, string>();
  for (let at = 0; at < users.length; at += CHUNK) {
    const visits = await Promise.all(users.slice(at, at + CHUNK).map(([id]) => client.visit({ id })));
    for (const visit of visits) {
      const flags = FLAGS.map((key) => visit.flag(key)).filter(({ source }) => source === 'storage');
      found.set(visit.user?.id ?? '', new Map(flags.map(({ key, variation }) => [key, variation?.key ?? null])));
      uuids.set(visit.user?.id ?? '', visit.uuid ?? '');
    }
  }
  await client.close();
  close();
  return { of: (user, flag) => found.get(user)?.get(flag), uuids };
}

/** The campaigns of which VWO has got an impression, by VWO's UUID of the user. */
function campaignsByUser({ edge }: Stage): ReadonlyMap<string, ReadonlySet<unknown>> {
  const found = new Map<string, Set<unknown>>();
  for (const { name, visitorId, props } of edge.events) {
    if (name !== 'vwo_variationShown') continue;
    const campaigns = found.get(visitorId);
    if (campaigns) campaigns.add(props['id']);
    else found.set(visitorId, new Set([props['id']]));
  }
  return found;
}
