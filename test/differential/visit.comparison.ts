import { inspect, isDeepStrictEqual } from 'node:util';
import type { VwoClient } from '../../lib/client/index.js';
import { compile, type VwoSettings } from '../../lib/fme/engine/index.js';
import { FmeClient } from '../../lib/fme/index.js';
import type { DecisionUser, StoredDecision } from '../../lib/model/index.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { listening } from '../client/client.fixture.js';
import { type FuzzCases, oneThatFails } from '../fuzz/fuzz.target.js';
import { judge } from './judge.js';
import { judged } from './judged.js';
import { newerSettings, type NewerSettings, newerStored, newerUser } from './newer.generator.js';
import { type FakeGateway, OfficialSdk } from './official-sdk.js';
import { differences, ourOutcome, plainVariables } from './outcome.js';
import { isDecided, isForcedTwice, settingsFor } from './sdk.view.js';
import { SeededRandom } from './seeded-random.js';
import { type GeneratedSettings, settingsOf } from './settings.generator.js';
import { storedOf } from './stored.generator.js';
import { userOf } from './user.generator.js';

const VISITS = 30;

/** A gateway that knows nothing of anybody. */
const NOTHING_KNOWN: FakeGateway = { details: () => ({}), isListed: () => false };

interface RandomVisit {
  readonly user: DecisionUser;
  /** The flags that are read, in this order. */
  readonly read: readonly string[];
  readonly stored: ReadonlyMap<string, StoredDecision>;
}

interface VisitsCase {
  readonly settings: NewerSettings;
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

function newerVisit(random: SeededRandom, settings: NewerSettings, { user, read, stored }: RandomVisit): RandomVisit {
  return { user: newerUser(judge.version, random, user), read, stored: newerStored(random, settings, new Map(stored)) };
}

/** Flags that are read one after the other, by our engine and by VWO's SDK: each sees the records of those before it. */
export class VisitComparison implements FuzzCases<VisitsCase> {
  /** How many flags were decided by a group and stored it. */
  groupRecords = 0;
  private readonly sdk = new OfficialSdk();
  private readonly storage = new MemoryStorage();

  /** Thirty visits to account `account` of a seed. */
  draw(seed: number, account: number): VisitsCase {
    const random = new SeededRandom(seed, account);
    const newer = new SeededRandom(seed, account, 2);
    const settings = newerSettings(judge.version, newer, settingsOf(random));
    return { settings, visits: random.times(VISITS, () => newerVisit(newer, settings, visitOf(random, settings))) };
  }

  /** Rejects where the two differ. */
  async check({ settings, visits }: VisitsCase): Promise<void> {
    // Without a gateway, impressions of holdout groups are lost; see `holdout-of-off`.
    await this.sdk.load(settingsFor(judge.version, settings), settings.holdouts !== undefined);
    const client = new FmeClient({
      settings,
      sdkKey: 'sdk-key',
      storage: this.storage,
      events: false,
      logger: listening(),
    });
    await client.start();
    try {
      for (const visit of visits) await this.checkVisit(client, settings, visit);
    } finally {
      await client.close();
    }
  }

  async smaller({ settings, visits }: VisitsCase): Promise<VisitsCase> {
    return { settings, visits: await oneThatFails(visits, (some) => this.check({ settings, visits: some })) };
  }

  private async checkVisit(
    client: VwoClient,
    settings: NewerSettings,
    { user, read, stored }: RandomVisit,
  ): Promise<void> {
    const gateway = settings.holdouts && NOTHING_KNOWN;
    const compiled = compile(settings as unknown as VwoSettings);
    const [ours, theirs] = [new Map(stored), new Map(stored)];
    const flags = await this.inOneVisit(client, user, read, stored);
    for (const key of read) {
      const { theirs: intended, read: view } = await judged(this.sdk, { settings, key, user, stored: theirs, gateway });
      const own = ourOutcome(compiled, key, user, ours);
      const found = differences(own, intended, view);
      const inVisit = flags.get(key);
      if (!isDeepStrictEqual(inVisit, { enabled: own.enabled, variables: own.variables }))
        found.push('a visit of the client');
      if (found.length > 0) {
        const shown = { settings, user, read, stored, own, intended, inVisit };
        const what = `${key} differs in ${found.join(', ')}`;
        throw new Error(`${what}\n${inspect(shown, { depth: null, breakLength: 140 })}`);
      }
      for (const [each, record] of own.records) ours.set(each, record as StoredDecision);
      for (const [each, record] of intended.records) {
        // One of holdout groups alone would count as on in segments: see `blank-record`.
        if (isDecided(record)) theirs.set(each, record as StoredDecision);
      }
      if ([...own.records.keys()].some((each) => each.startsWith('_vwo_meta_meg_'))) this.groupRecords += 1;
    }
  }

  /** The same flags in one visit of the client, which keeps what it decides. */
  private async inOneVisit(
    client: VwoClient,
    user: DecisionUser,
    read: readonly string[],
    stored: ReadonlyMap<string, StoredDecision>,
  ): Promise<ReadonlyMap<string, object>> {
    await this.storage.forget(user.id);
    const records = [...stored].filter(([, record]) => typeof record === 'object' && record !== null);
    const changes = records.map(([key, record]) => ({ key, record, replaces: undefined }));
    await this.storage.save(user.id, changes);
    const visit = await client.visit(user);
    const flags = new Map<string, object>();
    for (const key of read) {
      const flag = visit.flag(key);
      flags.set(key, { enabled: flag.isEnabled(), variables: plainVariables(flag.getVariables()) });
    }
    await visit.end();
    return flags;
  }
}
