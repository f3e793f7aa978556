import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { VwoClient } from '../../lib/client/index.js';
import { VwoSettingsError } from '../../lib/common/index.js';
import { FullStackClient, type FullStackSettings } from '../../lib/entries/full-stack.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { compile, type VwoSettings } from '../../lib/fme/engine/index.js';
import { FmeClient } from '../../lib/fme/index.js';
import { parseSettings } from '../../lib/fme/settings-schema.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { judge } from '../differential/judge.js';
import { SeededRandom } from '../differential/seeded-random.js';
import {
  anyJson,
  anySettings,
  oneValueOfSettings,
  spoiled,
  spoiledSettings,
} from '../fme/engine/any-input.properties.js';
import { successiveSettings } from '../fme/engine/unchanged.properties.js';
import { settingsFileOf } from '../full-stack/account.generator.js';
import { shopSettingsFile } from '../full-stack/full-stack.fixture.js';
import { type Property, PropertyCases } from './checked-property.js';
import { type FuzzRun, runOf } from './fuzz.target.js';

const ACCOUNT = { accountId: 123456, sdkKey: 'test-sdk-key' };

/** Settings are refused by an error of their own, or can be compiled. */
const refusedOrCompiled: Property<unknown> = {
  drawn: fc.oneof(
    anyJson,
    spoiledSettings.map(({ settings }) => settings),
  ),
  check: (raw) => {
    const parsed = refusedBy(() => parseSettings(raw));
    if (parsed) compile(parsed);
  },
};

function refusedBy(parse: () => VwoSettings): VwoSettings | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof VwoSettingsError) return undefined;
    throw error;
  }
}

/** An answer of VWO to a client that has settings, without which of its parts, and what the client reads afterwards. */
interface Kind {
  /** Works with a client that has settings by then. */
  readonly withClient: <T>(work: (client: VwoClient) => Promise<T>) => Promise<T>;
  /** Another client of this kind, that begins with these settings. */
  readonly fresh: (settings: object) => VwoClient;
  readonly good: object;
  /** What no settings can do without. */
  readonly needed: readonly string[];
  readonly serve: (settings: object) => void;
  readonly flags: readonly string[];
}

const seeds = fc.tuple(fc.integer(), fc.nat(), anyJson);
const answersOfFme = fc.oneof(
  anyJson,
  seeds.map(([, place, value]) => spoiled(shopSettings(), place, value)),
  spoiledSettings.map(({ settings }) =>
    isObject(settings) ? { ...settings, accountId: ACCOUNT.accountId } : settings,
  ),
);
const answersOfFullStack = fc.oneof(
  anyJson,
  seeds.map(([, place, value]) => spoiled(shopSettingsFile(), place, value)),
  seeds.map(([seed, place, value]) => {
    const file = { ...settingsFileOf(new SeededRandom(seed)), accountId: ACCOUNT.accountId };
    return spoiled(file, place, value);
  }),
);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Settings that a client refuses replace nothing; those that it takes are in force; half an answer is refused. */
function kept(
  { withClient, fresh, good, needed, serve, flags }: Kind,
  answers: fc.Arbitrary<unknown>,
): Property<readonly [given: unknown, without: readonly string[]]> {
  const check = async ([given, without]: readonly [unknown, readonly string[]]): Promise<void> => {
    const answer = isObject(given) ? omit(given, without) : given;
    serve(good);
    const { before, isTaken, after } = await withClient(async (client) => {
      await client.refresh();
      const first = await seen(client, flags);
      serve(answer as object);
      return { before: first, isTaken: await takes(client), after: await seen(client, flags) };
    });
    if (isTaken)
      deepStrictEqual(
        after,
        await started(fresh(answer as object), (client) => seen(client, flags)),
        'not the settings that were taken',
      );
    else deepStrictEqual(after, before);
    if (isObject(answer) && needed.some((name) => !(name in answer))) ok(!isTaken, 'half an answer was taken');
  };
  return { drawn: fc.tuple(answers, fc.subarray([...needed])), check };
}

function omit(given: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
}

/** Whether a client takes the settings that it is served now. */
async function takes(client: VwoClient): Promise<boolean> {
  try {
    await client.refresh();
    return true;
  } catch (error) {
    ok(error instanceof VwoSettingsError, error as Error);
    return false;
  }
}

async function started<T>(client: VwoClient, work: (client: VwoClient) => Promise<T>): Promise<T> {
  try {
    await client.start();
    return await work(client);
  } finally {
    await client.close();
  }
}

async function seen(client: VwoClient, keys: readonly string[]): Promise<unknown> {
  await client.forget('ann'); // what other settings decided stays stored
  const visit = await client.visit({ id: 'ann', customVariables: { plan: 'gold' } }, keys);
  const flags = keys.map((key) => {
    const flag = visit.flag(key);
    return [flag.isEnabled(), flag.variation, flag.getVariables()];
  });
  await visit.end();
  return JSON.parse(JSON.stringify(flags)) as unknown;
}

export async function startSettings(): Promise<FuzzRun> {
  const edge = await VwoEdge.start({ settings: shopSettings(), settingsFile: shopSettingsFile() });
  const common = {
    ...ACCOUNT,
    baseUrl: edge.url,
    logger: listening(),
    events: false as const,
    pollInterval: 3_600_000,
  };
  const ofFme = {
    good: shopSettings(),
    needed: ['features', 'campaigns', 'accountId'],
    serve: (settings: object) => edge.setSettings(settings),
    flags: ['checkout', 'banner', 'gold', 'closed'],
  };
  const given = { ...ACCOUNT, baseUrl: edge.url, logger: listening(), events: false as const };
  const [fmeClient, fullStackClient] = [new FmeClient(common), new FullStackClient(common)];
  const fme: Kind = {
    ...ofFme,
    withClient: (work) => work(fmeClient),
    fresh: (settings) => new FmeClient({ ...given, settings: settings as VwoSettings }),
  };
  // Only one client of VWO's SDK may be at work: one after the other.
  const official: Kind = {
    ...ofFme,
    withClient: (work) => started(new SdkClient({ ...common, sdk: judge }), work),
    // What a client says in `sdkMetaInfo` at a refresh, whatever stood there, it does not say at its start.
    fresh: (settings) => {
      const own = omit(settings as Readonly<Record<string, unknown>>, ['sdkMetaInfo']);
      return new SdkClient({ ...given, sdk: judge, settings: own });
    },
  };
  const fullStack: Kind = {
    withClient: (work) => work(fullStackClient),
    fresh: (settings) => new FullStackClient({ ...given, settingsFile: settings as FullStackSettings }),
    good: shopSettingsFile(),
    needed: ['campaigns', 'accountId', 'version'],
    serve: (settings) => edge.setSettingsFile(settings as never),
    flags: ['checkout-test', 'banner', 'pricing', 'closed'],
  };
  const clients = [fmeClient, fullStackClient];
  for (const client of clients) await client.start();
  const cases = new PropertyCases({
    anySettings,
    oneValueOfSettings,
    successiveSettings,
    refusedOrCompiled,
    keptByFme: kept(fme, answersOfFme),
    keptByOfficial: kept(official, answersOfFme),
    keptByFullStack: kept(fullStack, answersOfFullStack),
  });
  return runOf(cases, async () => {
    for (const client of clients) await client.close();
    await edge.close();
  });
}
