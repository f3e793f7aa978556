import { deepStrictEqual, ok } from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { VwoClient } from '../../lib/client/index.js';
import { FullStackClient } from '../../lib/entries/full-stack.js';
import { compile, decide } from '../../lib/fme/engine/index.js';
import { FmeClient } from '../../lib/fme/index.js';
import type { StoredDecision } from '../../lib/model/index.js';
import { connectorStorage } from '../../lib/storage/index.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { anyJson, anyUserAndRecords } from '../fme/engine/any-input.properties.js';
import { CHECKOUT, checkoutRecord, NOTHING_STORED, settingsOf, user } from '../fme/engine/account.fixture.js';
import { shopSettingsFile } from '../full-stack/full-stack.fixture.js';
import { checkProperty } from './checked-property.js';
import type { FuzzRun } from './fuzz.target.js';

const checkout = compile(settingsOf(CHECKOUT));

/** The fields of a good record, each good, of another kind, or missing. */
const fields = (good: StoredDecision, user: string) =>
  fc.record(
    Object.fromEntries(
      Object.entries({ ...good, userId: user }).map(([name, value]) => [name, fc.oneof(fc.constant(value), anyJson)]),
    ),
    { requiredKeys: [] },
  );

const decided = (record: StoredDecision | undefined) => {
  const stored = record ? new Map([['checkout', record]]) : NOTHING_STORED;
  const { flag, records, events } = decide(checkout, 'checkout', user('ann'), stored);
  const { variation, source } = flag;
  return { on: flag.isEnabled(), variation, variables: flag.getVariables(), source, records, events };
};

/** A record of any shape is used, or the flag is decided as if there were none; and what is stored then is used from then on. */
const usedOrDecidedAnew = fc.property(fields(checkoutRecord('ann'), 'ann'), (given) => {
  const record = { featureKey: 'checkout', ...given } as unknown as StoredDecision;
  const [with_, without] = [decided(record), decided(undefined)];
  const isOfRecord = with_.variation?.id === record['experimentVariationId'] && with_.source === 'storage';
  if (!isOfRecord) deepStrictEqual([with_.on, with_.variation], [without.on, without.variation]);
  const [change] = with_.records;
  const again = decided(change ? change.record : record);
  deepStrictEqual([again.on, again.variation, again.variables], [with_.on, with_.variation, with_.variables]);
  if (change) deepStrictEqual([again.source, again.records, again.events], ['storage', [], []]);
});

/** How a storage service may answer. */
const WAYS: Readonly<Record<string, (given: unknown) => unknown>> = {
  'as it is': (given) => given,
  'a promise': (given) => Promise.resolve(given),
  'a promise of later': (given) => setImmediate(given),
  'rejected': (given) => Promise.reject(given as Error), // prettier-ignore
  'thrown': (given) => { throw given; }, // prettier-ignore
  'JSON text': (given) => JSON.stringify(given),
  'inherited fields': (given) => Object.create(Object(given) as object) as unknown,
  'a proxy': (given) => new Proxy({}, { get: (_, field) => Reflect.get(Object(given) as object, field) as unknown }),
  'a proxy that throws': (given) => new Proxy({}, { get: () => { throw given; } }), // prettier-ignore
  'a thenable that throws': (given) => ({ then: () => { throw given; } }), // prettier-ignore
  'toJSON that throws': (given) => ({ ...Object(given), toJSON: () => { throw given; } }), // prettier-ignore
  'a circle': (given) => { const circle: Record<string, unknown> = { ...Object(given) }; circle['note'] = circle; return circle; }, // prettier-ignore
  'a bigint inside': (given) => ({ ...Object(given), note: 1n }),
  'a function': (given) => () => given,
  'a symbol': () => Symbol('record'),
  'frozen': (given) => Object.freeze(given), // prettier-ignore
};

const answers = (good: StoredDecision, userId: string) =>
  fc.tuple(fc.constantFrom(...Object.keys(WAYS)), fc.oneof(fields(good, userId), anyJson));

/** Whatever a storage service answers: visits open, flags are read, visits end, and who has no record that counts is decided for. */
class StoredAnswers {
  private answer: () => unknown = () => undefined;
  private readonly fme: VwoClient;
  private readonly fullStack: VwoClient;

  constructor() {
    const get = (): unknown => this.answer();
    const set = (): void => undefined;
    const common = { logger: listening(), events: false as const, storageTimeout: 10_000 };
    this.fme = new FmeClient({ ...common, settings: shopSettings(), storage: connectorStorage({ get, set }) });
    this.fullStack = new FullStackClient({
      ...common,
      accountId: 123456,
      sdkKey: 'test-sdk-key',
      settingsFile: shopSettingsFile(),
      storage: connectorStorage({ get, set }, { order: 'user-first' }),
    });
  }

  async start(): Promise<void> {
    await Promise.all([this.fme.start(), this.fullStack.start()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.fme.close(), this.fullStack.close()]);
  }

  readonly ofFme = fc.asyncProperty(answers(checkoutRecord('ann'), 'ann'), async ([how, given]) => {
    await this.readAll(this.fme, ['checkout', 'banner', 'gold', 'closed'], how, given, 'orderPlaced');
  });

  readonly ofFullStack = fc.asyncProperty(answers(FULL_STACK_RECORD, 'ann'), async ([how, given]) => {
    await this.readAll(this.fullStack, ['checkout-test', 'banner', 'pricing', 'closed'], how, given, 'bought');
  });

  private async readAll(client: VwoClient, keys: readonly string[], how: string, given: unknown, event: string) {
    this.answer = () => WAYS[how]?.(given);
    const visit = await client.visit({ id: 'ann' });
    const flags = keys.map((key) => visit.flag(key));
    for (const flag of flags) JSON.stringify([flag.isEnabled(), flag.variation, flag.getVariables()]);
    const [first, second] = flags;
    ok(first?.isEnabled() && second?.isEnabled(), 'a flag that is on for everybody is off');
    visit.track(event);
    await visit.end();
  }
}

const FULL_STACK_RECORD: StoredDecision = {
  userId: 'ann',
  campaignKey: 'checkout-test',
  variationName: 'Variation-1',
  goalIdentifier: 'bought_vwo_paid',
  metaData: { shop: 'north' },
};

export async function startRecords(): Promise<FuzzRun> {
  const answersOfStorage = new StoredAnswers();
  await answersOfStorage.start();
  const properties = [
    anyUserAndRecords,
    usedOrDecidedAnew,
    answersOfStorage.ofFme,
    answersOfStorage.ofFullStack,
  ] as const;
  return {
    check: (seed, n) => checkProperty(properties[n % properties.length] as fc.IRawProperty<unknown>, seed, n),
    close: () => answersOfStorage.close(),
  };
}
