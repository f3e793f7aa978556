import { inspect } from 'node:util';
import { compile, type VwoSettings } from '../../lib/fme/engine/index.js';
import type { DecisionUser, StoredDecision } from '../../lib/model/index.js';
import { type FuzzCases, oneThatFails } from '../fuzz/fuzz.target.js';
import { judge } from './judge.js';
import { OfficialSdk } from './official-sdk.js';
import { differences, ourOutcome } from './outcome.js';
import { asIntended, isForcedTwice, settingsFor, storedFor, userFor } from './sdk.view.js';
import { SeededRandom } from './seeded-random.js';
import { type GeneratedSettings, settingsOf } from './settings.generator.js';
import { storedOf } from './stored.generator.js';
import { userOf } from './user.generator.js';

const VISITS = 30;

interface RandomVisit {
  readonly user: DecisionUser;
  /** The flags that are read, in this order. */
  readonly read: readonly string[];
  readonly stored: ReadonlyMap<string, StoredDecision>;
}

interface VisitsCase {
  readonly settings: GeneratedSettings;
  readonly visits: readonly RandomVisit[];
}

/** The same draws as in `test/official-sdk/client.comparison.ts`, so that its seeds can be judged here. */
function visitOf(random: SeededRandom, settings: GeneratedSettings): RandomVisit {
  const { gateway: _, ...user } = userOf(random, settings.accountId);
  const keys = settings.features.map(({ key }) => key).filter((key) => !isForcedTwice(settings, key, user));
  const declared = random.shuffled([...keys, 'no-such-feature']);
  const read = declared.slice(0, random.int(1, declared.length));
  return { user, read, stored: storedOf(random, settings, user.id) };
}

/** Flags that are read one after the other, by our engine and by VWO's SDK: each sees the records of those before it. */
export class VisitComparison implements FuzzCases<VisitsCase> {
  /** How many flags were decided by a group and stored it. */
  groupRecords = 0;
  private readonly sdk = new OfficialSdk();

  /** Thirty visits to account `account` of a seed. */
  draw(seed: number, account: number): VisitsCase {
    const random = new SeededRandom(seed, account);
    const settings = settingsOf(random);
    return { settings, visits: random.times(VISITS, () => visitOf(random, settings)) };
  }

  /** Rejects where the two differ. */
  async check({ settings, visits }: VisitsCase): Promise<void> {
    await this.sdk.load(settingsFor(judge.version, settings), false);
    for (const visit of visits) await this.checkVisit(settings, visit);
  }

  async smaller({ settings, visits }: VisitsCase): Promise<VisitsCase> {
    return { settings, visits: await oneThatFails(visits, (some) => this.check({ settings, visits: some })) };
  }

  private async checkVisit(settings: GeneratedSettings, { user, read, stored }: RandomVisit): Promise<void> {
    const compiled = compile(settings as unknown as VwoSettings);
    const [ours, theirs] = [new Map(stored), new Map(stored)];
    for (const key of read) {
      const view = storedFor(judge.version, settings, user.id, theirs);
      const official = await this.sdk.decide(key, userFor(judge.version, user), view);
      const intended = asIntended(judge.version, settings, key, official);
      const own = ourOutcome(compiled, key, user, ours);
      const found = differences(own, intended, view);
      if (found.length > 0) {
        const shown = { settings, user, read, stored, own, intended };
        const what = `${key} differs in ${found.join(', ')}`;
        throw new Error(`${what}\n${inspect(shown, { depth: null, breakLength: 140 })}`);
      }
      for (const [each, record] of own.records) ours.set(each, record as StoredDecision);
      for (const [each, record] of intended.records) theirs.set(each, record as StoredDecision);
      if ([...own.records.keys()].some((each) => each.startsWith('_vwo_meta_meg_'))) this.groupRecords += 1;
    }
  }
}
