import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compile, type CompiledSettings, gatewayQuestions, type VwoSettings } from '../../lib/fme/engine/index.js';
import { type DecisionUser, type GatewayFacts, listKey, type StoredDecision } from '../../lib/model/index.js';
import { type FakeGateway, OfficialSdk } from './official-sdk.js';
import { isFrom, judge } from './judge.js';
import { asIntended, isForcedTwice, settingsFor, storedFor, userFor } from './sdk.view.js';
import { differences, isToldAlike, type Outcome, ourOutcome } from './outcome.js';
import { SeededRandom } from './seeded-random.js';
import { type GeneratedSettings, settingsOf } from './settings.generator.js';
import { storedOf } from './stored.generator.js';
import { userOf } from './user.generator.js';

/** A run that failed prints its seed and case: `VWO_SEED=… VWO_CASE=… npx jest test/differential/random` repeats just that one. */
const SEED = Number(process.env['VWO_SEED'] ?? Math.floor(Math.random() * 1e9));
const ONLY = process.env['VWO_CASE'] === undefined ? undefined : Number(process.env['VWO_CASE']);
const PAIRS = Number(process.env['VWO_PAIRS'] ?? 20_000);
const PER_ACCOUNT = 20;
const PER_TEST = 1_000;

interface Case {
  readonly settings: GeneratedSettings;
  readonly withGateway: boolean;
  readonly key: string;
  readonly user: DecisionUser;
  readonly stored: Map<string, StoredDecision>;
}

/** Case `n` of a seed: always the same. Twenty cases share an account. */
function caseOf(n: number): Case {
  const forAccount = new SeededRandom(SEED, Math.floor(n / PER_ACCOUNT));
  const settings = settingsOf(forAccount);
  const withGateway = forAccount.chance(0.3);
  const random = new SeededRandom(SEED, n, 1);
  const user = userOf(random, settings.accountId);
  const key = random.chance(0.02) ? 'no-such-feature' : random.pick(settings.features).key;
  return { settings, withGateway, key, user, stored: storedOf(random, settings, user.id) };
}

describe(`random settings and users are decided as VWO's own SDK ${judge.version} does (VWO_SEED=${SEED})`, () => {
  const sdk = new OfficialSdk();
  const seen = {
    on: 0,
    experiments: 0,
    groupRecords: 0,
    fromStorage: 0,
    forcedTwice: 0,
    readOtherwise: 0,
  };
  let account = -1;
  let compiled: CompiledSettings;

  beforeAll(() => console.log(`differential test: VWO_SEED=${SEED}, ${PAIRS} pairs`));
  afterAll(() => console.log(`differential test: VWO_SEED=${SEED}: ${JSON.stringify(seen)}`));

  async function check(n: number): Promise<void> {
    const { settings, withGateway, key, user, stored } = caseOf(n);
    if (account !== Math.floor(n / PER_ACCOUNT)) {
      account = Math.floor(n / PER_ACCOUNT);
      compiled = compile(settings as unknown as VwoSettings);
      await sdk.load(settingsFor(judge.version, settings), withGateway);
    }
    const gateway = withGateway ? fakeGateway(user) : undefined;
    const asked = gateway ? { ...user, gateway: answers(compiled, user, key, gateway) } : withKnownDetails(user);
    const read = storedFor(judge.version, settings, user.id, stored);
    const decided = await sdk.decide(key, userFor(judge.version, asked), read, gateway);
    const theirs = asIntended(judge.version, settings, key, decided);
    const ours = ourOutcome(compiled, key, asked, stored);
    note(ours, stored, read);
    const cannotShare = !isFrom(judge.version, '1.43') && isForcedTwice(settings, key, user);
    if (cannotShare && ours.enabled && !theirs.enabled && !theirs.records.has(key)) {
      seen.forcedTwice += 1;
      return;
    }
    const found = differences(ours, theirs, read);
    // From 1.39 the SDK tells of holdout groups, too.
    if (!isFrom(judge.version, '1.39') && !isToldAlike(ours, theirs)) found.push('notice');
    if (found.length > 0)
      throw new Error(told(n, found, { settings, withGateway, key, user: asked, stored }, ours, theirs));
  }

  function note(ours: Outcome, stored: ReadonlyMap<string, unknown>, read: ReadonlyMap<string, unknown>): void {
    if (ours.enabled) seen.on += 1;
    const experiment = [...ours.records.values()].some((record) => 'experimentId' in record && 'featureId' in record);
    if (experiment) seen.experiments += 1;
    if ([...ours.records.keys()].some((each) => each.startsWith('_vwo_meta_meg_'))) seen.groupRecords += 1;
    if (ours.enabled && ours.shown.length === 0) seen.fromStorage += 1;
    if ([...stored].some(([each, record]) => read.get(each) !== record)) seen.readOtherwise += 1;
  }

  if (ONLY !== undefined) {
    it(`case ${ONLY}`, () => check(ONLY));
    return;
  }

  for (let from = 0; from < PAIRS; from += PER_TEST) {
    it(`pairs ${from} to ${from + PER_TEST - 1}: same flag, same variables, same record, same impressions`, async () => {
      for (let n = from; n < Math.min(from + PER_TEST, PAIRS); n++) await check(n);
    }, 300_000);
  }

  it('met everything that it is for', () => {
    const { forcedTwice, ...others } = seen;
    expect(Math.min(...Object.values(others))).toBeGreaterThan(0);
    expect(forcedTwice > 0).toBe(!isFrom(judge.version, '1.43'));
  });
});

/** Without a gateway, what it would say is known to the application. */
function withKnownDetails({ gateway, ...user }: DecisionUser): DecisionUser {
  return gateway ? { ...user, _vwo: gateway } : user;
}

function fakeGateway({ gateway }: DecisionUser): FakeGateway {
  return {
    details: ({ userAgent, ipAddress }) => ({
      ...(ipAddress && gateway?.location && { location: gateway.location }),
      ...(userAgent && gateway?.userAgent && { userAgent: gateway.userAgent }),
    }),
    isListed: (listId, attribute) => (attribute.length + listId.length) % 2 === 0,
  };
}

/** What the client would have fetched before the decision. */
function answers(settings: CompiledSettings, user: DecisionUser, key: string, gateway: FakeGateway): GatewayFacts {
  const { details, lists } = gatewayQuestions(settings, user, [key]);
  return {
    ...(details && gateway.details({ userAgent: !!user.userAgent, ipAddress: !!user.ipAddress })),
    lists: new Map(
      lists.map(({ listId, attribute }) => [listKey(listId, attribute), gateway.isListed(listId, attribute)]),
    ),
  };
}

function told(n: number, found: readonly string[], given: Case, ours: Outcome, theirs: Outcome): string {
  const shown = inspect({ ...given, ours, theirs }, { depth: null, maxStringLength: 500, breakLength: 140 });
  return `case ${n} differs in ${found.join(', ')}. Repeat it alone: VWO_SEED=${SEED} VWO_CASE=${n}\n${shown}`;
}
