import { type Answer, type ClientName, COUNTED, IMPRESSIONS } from './account.js';
import type { Stage } from './stage.js';
import { storedVariations } from './stored-variations.js';

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

const EXPERIMENTS = ['checkout', 'search'] as const;

export async function verdict(
  stage: Stage,
  shown: ReadonlyMap<string, Answer>,
  client: ClientName = 'fme',
): Promise<Verdict> {
  const users = [...shown];
  const stored = await storedVariations(stage, [...shown.keys()], client);
  const counted = campaignsByUser(stage);
  const { uuids } = stored;
  return {
    users: users.length,
    notStored: users.filter(([id]) => EXPERIMENTS.some((key) => !stored.of(id, key))).length,
    otherStored: users.filter(([id, answer]) =>
      EXPERIMENTS.some((key) => stored.of(id, key) !== undefined && stored.of(id, key) !== answer[key][0]),
    ).length,
    notCounted: users.filter(([id]) => (counted.get(uuids.get(id) ?? '')?.size ?? 0) < COUNTED[client]).length,
  };
}

/** The campaigns of which VWO has got an impression, by VWO's UUID of the user. */
function campaignsByUser({ edge }: Stage): ReadonlyMap<string, ReadonlySet<unknown>> {
  const found = new Map<string, Set<unknown>>();
  for (const { name, visitorId, props } of edge.events) {
    if (!IMPRESSIONS.includes(name)) continue;
    const campaigns = found.get(visitorId);
    if (campaigns) campaigns.add(props['id']);
    else found.set(visitorId, new Set([props['id']]));
  }
  return found;
}
