import { deepStrictEqual, ok } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { VwoClient } from '../../lib/client/index.js';
import { FullStackClient } from '../../lib/entries/full-stack.js';
import { FmeClient } from '../../lib/fme/index.js';
import { isObject, type StoredDecision } from '../../lib/model/index.js';
import { connectorStorage } from '../../lib/storage/index.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { anyJson, anyUserAndRecords } from '../fme/engine/any-input.properties.js';
import { shopSettingsFile } from '../full-stack/full-stack.fixture.js';
import { type Property, PropertyCases } from './checked-property.js';
import { type FuzzRun, runOf } from './fuzz.target.js';
import { countsOrNot } from './record.property.js';
import { type RawSettings, worthOf } from './record.oracle.js';
import { FAITHFUL, WAYS } from './storage-answers.js';

interface Answer {
  readonly how: string;
  readonly given: unknown;
}

/** The flag is on, with whichever variation. */
const ANY = Symbol('any variation');

/** A good record, or one with up to two fields of another kind or missing, or anything at all; in any way. */
function answers(good: readonly StoredDecision[]): fc.Arbitrary<Answer> {
  const record = fc.constantFrom(...good);
  const names = [...new Set(good.flatMap((each) => Object.keys(each)))];
  const values = fc.oneof(
    anyJson,
    fc.constantFrom<unknown>(...good.flatMap((each) => Object.values(each)), 99, 'gone'),
  );
  const change = fc.tuple(fc.constantFrom(...names), fc.option(values, { nil: undefined }));
  const spoiled = fc
    .tuple(record, fc.array(change, { maxLength: 2 }))
    .map(([fields, changes]) => withChanges(fields, changes));
  const how = fc.oneof(fc.constantFrom(...FAITHFUL), fc.constantFrom(...Object.keys(WAYS)));
  const given = fc.oneof({ arbitrary: spoiled, weight: 4 }, { arbitrary: anyJson, weight: 1 });
  return fc.record({ how, given });
}

function withChanges(record: StoredDecision, changes: readonly (readonly [string, unknown])[]): object {
  const entries = Object.entries({ ...record, ...Object.fromEntries(changes) });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

interface Seen {
  readonly on: boolean;
  readonly variation: unknown;
  readonly variables: unknown;
}

/** One product behind a storage service, and what its records must bring about. */
interface Kind {
  readonly name: string;
  readonly client: VwoClient;
  readonly keys: readonly string[];
  readonly event: string;
  readonly good: readonly StoredDecision[];
  /** The variation that a record gives; undefined: none, the flag is decided anew. */
  readonly variationOf: (key: string, record: StoredDecision) => unknown;
  /** What the connector says was asked for: answers need not say it again. */
  readonly asked: (key: string) => object;
  /** How a flag names its variation. */
  readonly nameOf: (variation: { readonly id: unknown; readonly key: unknown } | undefined) => unknown;
}

/** Whatever a storage service answers: visits open, flags are read, visits end; records that count are obeyed, all others are not. */
class StoredAnswers {
  private answer: () => unknown = () => undefined;
  /** What was saved since, by key: asked again, the service gives it. */
  private readonly saved = new Map<unknown, StoredDecision>();
  private readonly kinds: readonly Kind[];

  constructor() {
    const get = (key: string): unknown => this.saved.get(key) ?? this.answer();
    const set = (record: StoredDecision): void => void this.saved.set(record.featureKey ?? record.campaignKey, record);
    const common = { logger: listening(), events: false as const, storageTimeout: 10_000 };
    this.kinds = [
      ofFme(new FmeClient({ ...common, settings: shopSettings(), storage: connectorStorage({ get, set }) })),
      ofFullStack(
        new FullStackClient({
          ...common,
          accountId: 123456,
          sdkKey: 'test-sdk-key',
          settingsFile: shopSettingsFile(),
          storage: connectorStorage({ get: (_userId, key) => get(key), set }, { order: 'user-first' }),
        }),
      ),
    ];
  }

  async start(): Promise<Readonly<Record<string, Property<Answer>>>> {
    const properties: Record<string, Property<Answer>> = {};
    for (const kind of this.kinds) {
      await kind.client.start();
      properties[kind.name] = await this.property(kind);
    }
    return properties;
  }

  async close(): Promise<void> {
    for (const { client } of this.kinds) await client.close();
  }

  private async property(kind: Kind): Promise<Property<Answer>> {
    const anew = await this.read(kind, { how: 'as it is', given: undefined });
    const check = async (answer: Answer): Promise<void> => {
      const seen = await this.read(kind, answer);
      for (const key of kind.keys) checkSeen(kind, key, answer, { seen: seen.get(key), anew: anew.get(key) });
      for (const record of this.saved.values()) checkSaved(kind, record);
    };
    return { drawn: answers(kind.good), check };
  }

  private async read({ client, keys, event }: Kind, { how, given }: Answer): Promise<ReadonlyMap<string, Seen>> {
    this.saved.clear();
    this.answer = () => WAYS[how]?.(structuredClone(given));
    const visit = await client.visit({ id: 'ann' });
    const seen = new Map<string, Seen>();
    for (const key of keys) {
      const flag = visit.flag(key);
      const { variation, source } = flag;
      seen.set(key, {
        on: flag.isEnabled(),
        variation: variation && { ...variation, source },
        variables: flag.getVariables(),
      });
    }
    visit.track(event);
    await visit.end();
    await client.flush();
    return new Map(JSON.parse(JSON.stringify([...seen])) as [string, Seen][]);
  }
}

/** A record that counts gives its variation, whatever comes with it; without one, the flag is as if nothing were stored. */
function checkSeen(
  kind: Kind,
  key: string,
  { how, given }: Answer,
  { seen, anew }: { readonly seen: Seen | undefined; readonly anew: Seen | undefined },
): void {
  const record = isObject(given) ? ({ ...kind.asked(key), ...given } as StoredDecision) : undefined;
  const wanted = record && kind.variationOf(key, record);
  const got = seen?.variation as { readonly id: unknown; readonly key: unknown; readonly source: unknown } | undefined;
  const isObeyed = wanted !== undefined && seen?.on === true && (wanted === ANY || kind.nameOf(got) === wanted);
  if (wanted !== undefined && FAITHFUL.includes(how)) {
    ok(isObeyed, `${key}: the stored variation ${String(wanted)} is not what the user has: ${JSON.stringify(seen)}`);
  }
  if (!isObeyed)
    ok(isDeepStrictEqual(plain(seen), plain(anew)), `${key} is not as if nothing were stored: ${JSON.stringify(seen)}`);
}

/** Where a flag's decision comes from depends on what is stored; what the user gets does not. */
const plain = (seen: Seen | undefined): unknown => {
  const { source: _, ...variation } = (seen?.variation ?? {}) as { readonly source?: unknown };
  return { ...seen, variation };
};

/** What is saved is of this user, and counts from then on. */
function checkSaved(kind: Kind, record: StoredDecision): void {
  deepStrictEqual(record.userId, 'ann');
  const key = String(record.featureKey ?? record.campaignKey);
  ok(kind.keys.includes(key), `saved under ${key}`);
  ok(kind.variationOf(key, record) !== undefined, `what was saved does not count: ${JSON.stringify(record)}`);
}

function ofFme(client: VwoClient): Kind {
  const settings = shopSettings() as unknown as RawSettings;
  const keys = ['checkout', 'banner', 'gold', 'closed'];
  const [checkout, banner] = settings.campaigns.filter(({ type }) => type === 'FLAG_ROLLOUT');
  const test = settings.campaigns.find(({ type }) => type === 'FLAG_TESTING');
  const rollout = {
    rolloutId: checkout?.id,
    rolloutKey: checkout?.key,
    rolloutVariationId: checkout?.variations[0]?.id,
  };
  const of = (featureKey: string, more: object): StoredDecision => {
    const featureId = settings.features.find(({ key }) => key === featureKey)?.id;
    return { featureKey, featureId, userId: 'ann', ...more };
  };
  const tested = (test?.variations ?? []).map(({ id }) =>
    of('checkout', { ...rollout, experimentId: test?.id, experimentKey: test?.key, experimentVariationId: id }),
  );
  const bannerRollout = {
    rolloutId: banner?.id,
    rolloutKey: banner?.key,
    rolloutVariationId: banner?.variations[0]?.id,
  };
  return {
    name: 'answersToFme',
    client,
    keys,
    event: 'orderPlaced',
    good: [...tested, of('checkout', rollout), of('banner', bannerRollout), of('checkout', bannerRollout)],
    variationOf: (key, record) => {
      const worth = worthOf(settings, key, 'ann', record);
      if (worth === undefined) return undefined;
      // With a rollout alone, the experiments of the feature are still to be decided.
      return worth.kind === 'experiment' || key === 'banner' ? worth.variation.id : ANY;
    },
    asked: (key) => ({ featureKey: key, userId: 'ann' }),
    nameOf: (variation) => variation?.id,
  };
}

function ofFullStack(client: VwoClient): Kind {
  const { campaigns } = shopSettingsFile();
  const record = (campaignKey: string, variationName: string): StoredDecision => ({
    userId: 'ann',
    campaignKey,
    variationName,
    goalIdentifier: 'bought_vwo_paid',
    metaData: { shop: 'north' },
  });
  return {
    name: 'answersToFullStack',
    client,
    keys: ['checkout-test', 'banner', 'pricing', 'closed'],
    event: 'bought',
    good: campaigns.flatMap(({ key, variations }) => variations.map(({ name }) => record(key, String(name)))),
    variationOf: (key, { userId, campaignKey, variationName }) => {
      const campaign = campaigns.find((each) => each.key === key);
      const isThere = campaign?.variations.some(({ name }) => name === variationName);
      return userId === 'ann' && campaignKey === key && isThere ? variationName : undefined;
    },
    asked: (key) => ({ campaignKey: key, userId: 'ann' }),
    nameOf: (variation) => variation?.key,
  };
}

export async function startRecords(): Promise<FuzzRun> {
  const stored = new StoredAnswers();
  const cases = new PropertyCases({ anyUserAndRecords, countsOrNot, ...(await stored.start()) });
  return runOf(cases, () => stored.close());
}
