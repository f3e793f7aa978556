import { deepStrictEqual, ok } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { FullStackClient } from '../../lib/entries/full-stack.js';
import { FmeClient } from '../../lib/fme/index.js';
import { isObject, type StoredDecision } from '../../lib/model/index.js';
import { connectorStorage } from '../../lib/storage/index.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { anyUserAndRecords } from '../fme/engine/any-input.properties.js';
import { shopSettingsFile } from '../full-stack/full-stack.fixture.js';
import { type Property, PropertyCases } from './checked-property.js';
import { type FuzzRun, runOf } from './fuzz.target.js';
import { countsOrNot } from './record.property.js';
import { prunedInTime } from './pruning.property.js';
import { type Answer, answers, FAITHFUL, WAYS } from './storage-answers.js';
import { ANY, type Kind, ofFme, ofFullStack, type Seen } from './storage.kinds.js';

interface Visited {
  readonly flags: ReadonlyMap<string, Seen>;
  readonly tracked: boolean;
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
    const forget = (): void => this.saved.clear();
    const common = { logger: listening(), events: false as const, storageTimeout: 10_000 };
    this.kinds = [
      ofFme(new FmeClient({ ...common, settings: shopSettings(), storage: connectorStorage({ get, set, forget }) })),
      ofFullStack(
        new FullStackClient({
          ...common,
          accountId: 123456,
          sdkKey: 'test-sdk-key',
          settingsFile: shopSettingsFile(),
          storage: connectorStorage({ get: (_userId, key) => get(key), set, forget }, { order: 'user-first' }),
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
    const { flags: anew } = await this.read(kind, { how: 'as it is', given: undefined, tracksFirst: false });
    const check = async (answer: Answer): Promise<void> => {
      const { flags, tracked } = await this.read(kind, answer);
      for (const key of kind.keys) checkSeen(kind, key, answer, { seen: flags.get(key), anew: anew.get(key) });
      checkTracked(kind, answer, tracked);
      for (const record of this.saved.values()) checkSaved(kind, record);
    };
    return { drawn: answers(kind.good), check };
  }

  private async read({ client, keys, track }: Kind, { how, given, tracksFirst }: Answer): Promise<Visited> {
    await client.forget('ann'); // also what is kept because the answer before was none
    this.answer = () => WAYS[how]?.(structuredClone(given));
    const visit = await client.visit({ id: 'ann' });
    const before = tracksFirst ? track(visit) : undefined;
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
    const tracked = before ?? track(visit);
    await visit.end();
    await client.flush();
    return { flags: new Map(JSON.parse(JSON.stringify([...seen])) as [string, Seen][]), tracked };
  }
}

/** A record that counts gives its variation, whatever comes with it; without one, the flag is as if nothing were stored. */
function checkSeen(
  kind: Kind,
  key: string,
  { how, given }: Answer,
  { seen, anew }: { readonly seen: Seen | undefined; readonly anew: Seen | undefined },
): void {
  const record = recordIn(kind, key, given);
  const wanted = record && kind.variationOf(key, record);
  const got = seen?.variation as { readonly id: unknown; readonly key: unknown; readonly source: unknown } | undefined;
  const isObeyed = wanted !== undefined && seen?.on === true && (wanted === ANY || kind.nameOf(got) === wanted);
  if (wanted !== undefined && FAITHFUL.includes(how)) {
    ok(isObeyed, `${key}: the stored variation ${String(wanted)} is not what the user has: ${JSON.stringify(seen)}`);
  }
  if (!isObeyed)
    ok(isDeepStrictEqual(plain(seen), plain(anew)), `${key} is not as if nothing were stored: ${JSON.stringify(seen)}`);
}

/** A storage service need not say again what it was asked for. */
function recordIn(kind: Kind, key: string, given: unknown): StoredDecision | undefined {
  return isObject(given) ? ({ ...kind.asked(key), ...given } as StoredDecision) : undefined;
}

function checkTracked(kind: Kind, { how, given, tracksFirst }: Answer, tracked: boolean): void {
  if (!FAITHFUL.includes(how)) return;
  deepStrictEqual(
    tracked,
    kind.isTracked(recordIn(kind, kind.keys[0] ?? '', given), tracksFirst),
    'whether it was tracked',
  );
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

export async function startRecords(): Promise<FuzzRun> {
  const stored = new StoredAnswers();
  const cases = new PropertyCases({ anyUserAndRecords, countsOrNot, prunedInTime, ...(await stored.start()) });
  return runOf(cases, () => stored.close());
}
