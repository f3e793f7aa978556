import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { compile, type VwoSettings } from '../../lib/fme/engine/index.js';
import type { DecisionUser, StoredDecision } from '../../lib/model/index.js';
import { judge } from './judge.js';
import { OfficialSdk } from './official-sdk.js';
import { differences, ourOutcome } from './outcome.js';
import { asIntended, isForcedTwice, settingsFor, storedFor, userFor } from './sdk.view.js';
import { SeededRandom } from './seeded-random.js';
import { type GeneratedSettings, settingsOf } from './settings.generator.js';
import { storedOf } from './stored.generator.js';
import { userOf } from './user.generator.js';

const ACCOUNTS = 40;
const VISITS = 30;
const DEEP = { depth: null, maxStringLength: 500, breakLength: 140 };

/** Seed and account of visits in which a client of ours and VWO's SDK once differed. */
const FOUND: readonly (readonly [seed: number, account: number])[] = [[561114621, 13]];

interface RandomVisit {
  readonly user: DecisionUser;
  /** The flags that are read, in this order. */
  readonly read: readonly string[];
  readonly stored: ReadonlyMap<string, StoredDecision>;
}

/** The same draws as in `test/official-sdk/differential.spec.ts`, so that its seeds can be judged here. */
function visitOf(random: SeededRandom, settings: GeneratedSettings): RandomVisit {
  const { gateway: _, ...user } = userOf(random, settings.accountId);
  const keys = settings.features.map(({ key }) => key).filter((key) => !isForcedTwice(settings, key, user));
  const declared = random.shuffled([...keys, 'no-such-feature']);
  const read = declared.slice(0, random.int(1, declared.length));
  return { user, read, stored: storedOf(random, settings, user.id) };
}

describe(`flags that are read one after the other are decided as VWO's own SDK ${judge.version} does`, () => {
  const sdk = new OfficialSdk();
  let groupRecords = 0;

  /** Each flag sees the records of those that were read before it, on both sides its own. */
  async function checkVisit(settings: GeneratedSettings, { user, read, stored }: RandomVisit): Promise<void> {
    const compiled = compile(settings as unknown as VwoSettings);
    const [ours, theirs] = [new Map(stored), new Map(stored)];
    for (const key of read) {
      const view = storedFor(judge.version, settings, user.id, theirs);
      const official = await sdk.decide(key, userFor(judge.version, user), view);
      const intended = asIntended(judge.version, settings, key, official);
      const own = ourOutcome(compiled, key, user, ours);
      const found = differences(own, intended, view);
      if (found.length > 0) throw new Error(inspect({ key, found, settings, user, read, stored, own, intended }, DEEP));
      for (const [each, record] of own.records) ours.set(each, record as StoredDecision);
      for (const [each, record] of intended.records) theirs.set(each, record as StoredDecision);
      if ([...own.records.keys()].some((each) => each.startsWith('_vwo_meta_meg_'))) groupRecords += 1;
    }
  }

  async function checkAccount(seed: number, account: number): Promise<void> {
    const random = new SeededRandom(seed, account);
    const settings = settingsOf(random);
    await sdk.load(settingsFor(judge.version, settings), false);
    for (const visit of random.times(VISITS, () => visitOf(random, settings))) await checkVisit(settings, visit);
  }

  it.each(FOUND)('in visits that were once found to differ: seed %i, account %i', checkAccount, 60_000);

  it(`in ${VISITS} visits to each of ${ACCOUNTS} random accounts`, async () => {
    for (let account = 0; account < ACCOUNTS; account++) await checkAccount(1, account);
    expect(groupRecords).toBeGreaterThan(0);
  }, 300_000);
});
