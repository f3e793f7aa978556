import { inspect, isDeepStrictEqual } from 'node:util';
import type { VwoClient } from '../../lib/client/index.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { type ReceivedEvent, VwoEdge } from '../../lib/entries/edge.js';
import { FmeClient, type FmeClientOptions } from '../../lib/fme/index.js';
import type { DecisionUser, JsonObject, StoredDecision } from '../../lib/model/index.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { listening } from '../client/client.fixture.js';
import { oneThatFails } from '../fuzz/fuzz.target.js';
import { isFrom, judge } from '../differential/judge.js';
import { isForcedTwice, settingsFor, userFor } from '../differential/sdk.view.js';
import { SeededRandom } from '../differential/seeded-random.js';
import { type GeneratedSettings, settingsOf } from '../differential/settings.generator.js';
import { storedOf } from '../differential/stored.generator.js';
import { userOf } from '../differential/user.generator.js';

const REQUESTS = 30;

/** One request: who comes, which flags the handler declares, and which of them it reads. */
export interface Request {
  readonly user: DecisionUser;
  readonly declared: readonly string[];
  readonly read: readonly string[];
  readonly stored: ReadonlyMap<string, StoredDecision>;
}

export interface RequestsCase {
  readonly settings: GeneratedSettings;
  readonly requests: readonly Request[];
}

/** In which order a handler reads its flags. */
export type ReadOrder = 'as declared' | 'any';

/** The native client and the one on VWO's SDK, each with an edge of its own. */
export class ClientComparison {
  private constructor(private readonly edges: readonly [native: VwoEdge, official: VwoEdge]) {}

  static async start(): Promise<ClientComparison> {
    return new ClientComparison([await VwoEdge.start(), await VwoEdge.start()]);
  }

  async close(): Promise<void> {
    await Promise.all(this.edges.map((edge) => edge.close()));
  }

  /** Thirty requests to account `account` of a seed. */
  static draw(seed: number, account: number, order: ReadOrder): RequestsCase {
    const random = new SeededRandom(seed, account);
    const orders = new SeededRandom(seed, account, 1);
    const settings = settingsOf(random);
    const reading = (keys: readonly string[]) => (order === 'any' ? orders.shuffled(keys) : keys);
    return { settings, requests: random.times(REQUESTS, () => requestOf(random, settings, reading)) };
  }

  /** Rejects where handlers, storage or VWO see a difference. */
  async check({ settings, requests }: RequestsCase): Promise<void> {
    const [edge, sdkEdge] = this.edges;
    const native = await outcomes((options) => new FmeClient(options), edge, settings, requests);
    const known = settingsFor(judge.version, settings);
    const official = await outcomes(onSdk, sdkEdge, known, requests.map(asKnownToSdk));
    for (const [i, request] of requests.entries()) {
      const [own, theirs] = [native.requests[i], official.requests[i]];
      if (!isDeepStrictEqual(plain(own), plain(theirs)))
        throw differing(`request ${i}`, { request, settings, own, theirs });
    }
    const [own, theirs] = [native.events, official.events].map((events) => events.filter(isKept(settings)));
    if (!isDeepStrictEqual(own, theirs)) throw differing('what VWO was told', { settings, requests, own, theirs });
  }

  async smaller({ settings, requests }: RequestsCase): Promise<RequestsCase> {
    return { settings, requests: await oneThatFails(requests, (some) => this.check({ settings, requests: some })) };
  }
}

function differing(what: string, shown: object): Error {
  return new Error(`${what} differs\n${inspect(shown, { depth: null, breakLength: 140 })}`);
}

function onSdk(options: FmeClientOptions): VwoClient {
  return new SdkClient({ ...options, sdk: judge });
}

/** A request as the SDK's version reads it. */
function asKnownToSdk({ user, ...request }: Request): Request {
  return { ...request, user: userFor(judge.version, user) };
}

/** Without the impressions that a version loses; see `impact-of-off` of the differences on purpose. */
function isKept({
  features,
}: GeneratedSettings): (event: { readonly name: string; readonly props: JsonObject }) => boolean {
  if (!isFrom(judge.version, '1.40')) return () => true;
  const campaigns = new Set<unknown>(features.map(({ impactCampaign }) => impactCampaign?.campaignId));
  return ({ name, props }) => name !== 'vwo_variationShown' || !campaigns.has(props['id']) || props['variation'] !== 1;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function requestOf(
  random: SeededRandom,
  settings: GeneratedSettings,
  order: (declared: readonly string[]) => readonly string[],
): Request {
  const { gateway: _, ...user } = userOf(random, settings.accountId);
  const keys = settings.features.map(({ key }) => key).filter((key) => !isForcedTwice(settings, key, user));
  const declared = random.shuffled([...keys, 'no-such-feature']);
  const read = order(declared).slice(0, random.int(1, declared.length));
  return { user, declared, read, stored: storedOf(random, settings, user.id) };
}

/** The same requests on one client: what handlers saw, what is stored afterwards, what VWO heard of users. */
async function outcomes(
  build: (options: FmeClientOptions) => VwoClient,
  edge: VwoEdge,
  settings: GeneratedSettings,
  requests: readonly Request[],
) {
  edge.clear();
  const storage = new MemoryStorage();
  const client = build({
    settings,
    sdkKey: 'sdk-key',
    storage,
    preload: 'declared',
    baseUrl: edge.url,
    logger: listening(),
    events: { maxQueue: 100_000 },
  });
  await client.start();
  const seen = [];
  for (const request of requests) seen.push(await outcome(client, storage, request));
  await client.close();
  return { requests: seen, events: edge.events.filter(({ name }) => name !== 'vwo_sdkDebug').map(told) };
}

async function outcome(client: VwoClient, storage: MemoryStorage, { user, declared, read, stored }: Request) {
  await storage.forget(user.id);
  const records = [...stored].filter(([, record]) => typeof record === 'object' && record !== null);
  await storage.save(
    user.id,
    records.map(([key, record]) => ({ key, record, replaces: undefined })),
  );
  const visit = await client.visit(user, declared);
  const flags = read.map((key) => {
    const { variation, source } = visit.flag(key);
    return { key, on: visit.flag(key).isEnabled(), variation, source, variables: visit.flag(key).getVariables() };
  });
  await visit.end();
  return { flags, stored: Object.fromEntries(await storage.load(user.id, [])) };
}

/** Without what differs from one moment to the next, and without which SDK it was. */
function told({ name, visitorId, props, attributes }: ReceivedEvent) {
  const { vwo_sdkName: _name, vwo_sdkVersion: _version, data: _data, ...rest } = props;
  return { name, visitorId, props: rest, attributes };
}
