import { inspect, isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FmeClient } from '../../lib/fme/index.js';
import { type VwoClient } from '../../lib/client/index.js';
import type { DecisionUser, JsonObject, StoredDecision } from '../../lib/model/index.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { type ReceivedEvent, VwoEdge } from '../../lib/entries/testing.js';
import { listening } from '../client/client.fixture.js';
import { isFrom, judge } from '../differential/judge.js';
import { isForcedTwice, settingsFor, userFor } from '../differential/sdk.view.js';
import { SeededRandom } from '../differential/seeded-random.js';
import { type GeneratedSettings, settingsOf } from '../differential/settings.generator.js';
import { storedOf } from '../differential/stored.generator.js';
import { userOf } from '../differential/user.generator.js';

/** A run that failed prints its seed and account: `VWO_SEED=… VWO_CASE=… npx jest test/official-sdk/differential` repeats just that one. */
const SEED = Number(process.env['VWO_SEED'] ?? Math.floor(Math.random() * 1e9));
const ONLY = process.env['VWO_CASE'] === undefined ? undefined : Number(process.env['VWO_CASE']);
const ACCOUNTS = Number(process.env['VWO_ACCOUNTS'] ?? 30);
const REQUESTS = 30;
const DEEP = { depth: null, maxStringLength: 500, breakLength: 140 };

/** One request: who comes, and which flags the handler reads; it declares these in the same order, and others behind. */
interface Request {
  readonly user: DecisionUser;
  readonly declared: readonly string[];
  readonly read: readonly string[];
  readonly stored: ReadonlyMap<string, StoredDecision>;
}

describe(`the native client and the one on VWO's SDK ${judge.version} (VWO_SEED=${SEED})`, () => {
  const edges: VwoEdge[] = [];
  beforeAll(async () => void edges.push(await VwoEdge.start(), await VwoEdge.start()));
  afterAll(() => Promise.all(edges.map((edge) => edge.close())));

  const [first, last] = ONLY === undefined ? [0, ACCOUNTS - 1] : [ONLY, ONLY];

  it(`decide, store and send the same for the same requests, in ${ACCOUNTS} random accounts`, async () => {
    for (let account = first; account <= last; account++) {
      const random = new SeededRandom(SEED, account);
      const settings = settingsOf(random);
      const requests = Array.from({ length: REQUESTS }, () => requestOf(random, settings));
      const [native, official] = [
        await outcomes(FmeClient, edges[0], settings, requests),
        await outcomes(SdkClient, edges[1], settingsFor(judge.version, settings), requests.map(asKnownTo)),
      ];
      for (const [i, request] of requests.entries()) {
        if (isDeepStrictEqual(plain(official.requests[i]), plain(native.requests[i]))) continue;
        const shown = inspect({ request, settings, native: native.requests[i], official: official.requests[i] }, DEEP);
        throw new Error(`request ${i} differs. Repeat it alone: VWO_SEED=${SEED} VWO_CASE=${account}\n${shown}`);
      }
      const [theirs, ours] = [official.events, native.events].map((events) => events?.filter(isKept(settings)));
      expect(theirs).toEqual(ours);
    }
  }, 300_000);
});

/** A request as the SDK's version reads it. */
function asKnownTo({ user, ...request }: Request): Request {
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

function requestOf(random: SeededRandom, settings: GeneratedSettings): Request {
  const { gateway: _, ...user } = userOf(random, settings.accountId);
  const keys = settings.features.map(({ key }) => key).filter((key) => !isForcedTwice(settings, key, user));
  const declared = random.shuffled([...keys, 'no-such-feature']);
  const read = declared.slice(0, random.int(1, declared.length));
  return { user, declared, read, stored: storedOf(random, settings, user.id) };
}

/** The same requests on one client: what handlers saw, what is stored afterwards, what VWO heard of users. */
async function outcomes(
  Client: typeof FmeClient | typeof SdkClient,
  edge: VwoEdge | undefined,
  settings: GeneratedSettings,
  requests: readonly Request[],
) {
  edge?.clear();
  const storage = new MemoryStorage();
  const client = new Client({
    settings,
    sdkKey: 'sdk-key',
    storage,
    preload: 'declared',
    baseUrl: edge?.url,
    logger: listening(),
    events: { maxQueue: 100_000 },
    ...(Client === SdkClient && { sdk: judge }),
  });
  await client.start();
  const seen = [];
  for (const request of requests) seen.push(await outcome(client, storage, request));
  await client.close();
  return { requests: seen, events: edge?.events.filter(({ name }) => name !== 'vwo_sdkDebug').map(told) };
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

/** Without what differs from one moment to the next, and without name and version of the SDK. */
function told({ name, visitorId, props, attributes }: ReceivedEvent) {
  const { vwo_sdkName: _name, vwo_sdkVersion: _version, data: _data, ...rest } = props;
  return { name, visitorId, props: rest, attributes };
}
