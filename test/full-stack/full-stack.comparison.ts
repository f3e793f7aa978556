import { inspect, isDeepStrictEqual } from 'node:util';
import { FullStackClient, type FullStackSettings } from '../../lib/entries/full-stack.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import type { StoredDecision } from '../../lib/model/index.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { listening } from '../client/client.fixture.js';
import { SeededRandom } from '../differential/seeded-random.js';
import { type FuzzCases, oneThatFails } from '../fuzz/fuzz.target.js';
import { fullStackVisitOf, type FullStackVisit, settingsFileOf } from './account.generator.js';
import { FullStackJudge, type SeenCampaign, type SeenVisit, type TrackingConfig } from './judge.js';

const VISITS = 20;

interface FullStackCase {
  readonly settings: FullStackSettings;
  readonly tracking: TrackingConfig;
  readonly visits: readonly FullStackVisit[];
}

/** The client of Full Stack and `vwo-node-sdk` itself: what handlers see, what is stored, what VWO is sent. */
export class FullStackComparison implements FuzzCases<FullStackCase> {
  private constructor(private readonly edge: VwoEdge) {}

  static async start(): Promise<FullStackComparison> {
    return new FullStackComparison(await VwoEdge.start());
  }

  close(): Promise<void> {
    return this.edge.close();
  }

  /** Twenty visits to account `account` of a seed. */
  draw(seed: number, account: number): FullStackCase {
    const random = new SeededRandom(seed, account);
    const settings = settingsFileOf(random);
    const tracking: TrackingConfig = {
      shouldTrackReturningUser: random.chance(0.2),
      goalTypeToTrack: random.pick(['ALL', 'ALL', 'CUSTOM_GOAL', 'REVENUE_TRACKING']),
    };
    return { settings, tracking, visits: random.times(VISITS, () => fullStackVisitOf(random, settings)) };
  }

  async smaller({ visits, ...account }: FullStackCase): Promise<FullStackCase> {
    return { ...account, visits: await oneThatFails(visits, (some) => this.check({ ...account, visits: some })) };
  }

  /** Rejects where the two differ. */
  async check({ settings, tracking, visits }: FullStackCase): Promise<void> {
    const judge = new FullStackJudge(settings, tracking);
    const theirs = visits.map((visit) => judge.visit(visit, goodOf(settings, visit)));
    const ours = await this.ours(settings, tracking, visits);
    for (const [i, visit] of visits.entries()) {
      const [own, intended] = [ours[i], theirs[i]].map(plain);
      if (isDeepStrictEqual(own, intended)) continue;
      throw differing(`visit ${i}`, { visit, settings, tracking, ours: own, theirs: intended });
    }
    const [own, sent] = [this.edge.events.map(({ raw }) => raw), judge.events].map((events) =>
      timeless(events.map((event) => withOwnRevenue(event, settings))),
    );
    if (!isDeepStrictEqual(own, sent)) throw differing('what VWO was sent', { settings, tracking, visits, own, sent });
  }

  private async ours(
    settings: FullStackSettings,
    tracking: TrackingConfig,
    visits: readonly FullStackVisit[],
  ): Promise<SeenVisit[]> {
    this.edge.clear();
    const storage = new MemoryStorage();
    const client = new FullStackClient({
      accountId: settings.accountId,
      sdkKey: 'sdk-key',
      settingsFile: settings,
      storage,
      baseUrl: this.edge.url,
      logger: listening(),
      events: { maxQueue: 100_000 },
      ...tracking,
    });
    await client.start();
    const seen = [];
    for (const visit of visits) seen.push(await seenBy(client, storage, settings, visit));
    await client.close();
    return seen;
  }
}

async function seenBy(
  client: FullStackClient,
  storage: MemoryStorage,
  settings: FullStackSettings,
  { user, stored, read, goals, tags }: FullStackVisit,
): Promise<SeenVisit> {
  await storage.forget(user.id);
  await storage.save(
    user.id,
    Array.from(stored, ([key, record]) => ({ key, record, replaces: undefined })),
  );
  const visit = await client.visit(user);
  const campaigns = read.map((each): SeenCampaign => {
    const flag = visit.flag(each);
    const campaign = settings.campaigns.find((other) => other.key === each);
    const isTest = campaign?.type === 'VISUAL_AB';
    const names = (campaign?.variables ?? campaign?.variations[0]?.variables ?? []).map((variable) => variable.key);
    return {
      key: each,
      enabled: flag.isEnabled(),
      variation: isTest ? flag.variation?.key : undefined,
      variables: Object.fromEntries(names.map((name) => [name, flag.getVariable<unknown>(name, null)])),
    };
  });
  const tracked = goals.map(({ goal, campaigns: where, revenue, properties }) =>
    visit.track(goal, { campaigns: where, revenue, properties }),
  );
  if (tags) visit.setAttribute(tags);
  await visit.end();
  const now = await storage.load(user.id, []);
  const good = goodOf(settings, { user, stored });
  const records = [...now].filter(([key, record]) => good.has(key) || !isDeepStrictEqual(record, stored.get(key)));
  return { campaigns, goals: tracked, stored: Object.fromEntries(records) };
}

/** The records that count: of this user and campaign, and of a variation that there is. */
function goodOf(
  { campaigns }: FullStackSettings,
  { user, stored }: Pick<FullStackVisit, 'user' | 'stored'>,
): ReadonlyMap<string, StoredDecision> {
  const isGood = (key: string, { userId, campaignKey, variationName }: StoredDecision): boolean => {
    const variations = campaigns.find((campaign) => campaign.key === key)?.variations ?? [];
    return userId === user.id && campaignKey === key && variations.some(({ name }) => name === variationName);
  };
  return new Map([...stored].filter(([key, record]) => isGood(key, record)));
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Without what differs from one moment to the next, in an order of its own: single events go out several at once. */
function timeless(events: readonly unknown[]): readonly string[] {
  return events
    .map((event) => inspect(withoutTime(event), { depth: null, sorted: true, breakLength: Infinity }))
    .sort();
}

function withoutTime(event: unknown): unknown {
  const json = JSON.stringify(event, (key, value: unknown) => (isOfTime(key) ? 'now' : value));
  return JSON.parse(json.replace(/-\d{13}"/g, '-now"')) as unknown;
}

/**
 * Of a goal in several campaigns, the SDK sends revenue properties of campaigns in which it does not track the goal as well. Ours
 * sends the same, but for campaigns in which it was tracked before: test/full-stack/revenue.spec.ts compares them one by one, here
 * they are left out on both sides.
 */
function withOwnRevenue(event: unknown, { campaigns }: FullStackSettings): unknown {
  const { d, ...rest } = event as SdkPost;
  const { name, props } = d?.event ?? {};
  if (!d || !props?.vwoMeta?.metric) return event;
  const { metric } = props.vwoMeta;
  const goals = campaigns.filter(({ id }) => `id_${id}` in metric).flatMap((campaign) => campaign.goals);
  const own = goals.filter(({ identifier }) => identifier === name).map(({ revenueProp }) => revenueProp);
  const kept = Object.entries(props.vwoMeta).filter(([field]) => field === 'metric' || own.includes(field));
  const vwoMeta = Object.fromEntries(kept);
  return { ...rest, d: { ...d, event: { ...d.event, props: { ...props, vwoMeta } } } };
}

interface SdkPost {
  readonly d?: {
    readonly event?: {
      readonly name?: string;
      readonly props?: { readonly vwoMeta?: { readonly metric?: object } };
    };
  };
}

function isOfTime(key: string): boolean {
  return ['sId', 'sessionId', 'time'].includes(key);
}

function differing(what: string, shown: object): Error {
  return new Error(`${what} differs\n${inspect(shown, { depth: null, breakLength: 140 })}`);
}
