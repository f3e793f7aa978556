import { inspect } from 'node:util';
import { compile, type CompiledSettings, gatewayQuestions, type VwoSettings } from '../../lib/fme/engine/index.js';
import { type DecisionUser, type GatewayFacts, listKey, type StoredDecision } from '../../lib/model/index.js';
import type { FuzzCases } from '../fuzz/fuzz.target.js';
import { edgeUserIdOf } from './edge-user.generator.js';
import { isFrom, judge } from './judge.js';
import { judged } from './judged.js';
import { type FakeGateway, OfficialSdk } from './official-sdk.js';
import { newerSettings, type NewerSettings, newerStored, newerUser } from './newer.generator.js';
import { differences, isToldAlike, type Outcome, ourOutcome } from './outcome.js';
import { isForcedTwice, settingsFor } from './sdk.view.js';
import { SeededRandom } from './seeded-random.js';
import { type GeneratedSettings, settingsOf } from './settings.generator.js';
import { storedOf } from './stored.generator.js';
import { userCalled, userOf } from './user.generator.js';

const PER_ACCOUNT = 20;

export interface EngineCase {
  readonly settings: NewerSettings;
  readonly withGateway: boolean;
  readonly key: string;
  readonly user: DecisionUser;
  readonly stored: Map<string, StoredDecision>;
}

/** One flag of one user, decided by our engine and by VWO's SDK: same flag, same variables, same record, same impressions. */
export class EngineComparison implements FuzzCases<EngineCase> {
  /** How many cases met what the comparison is for. */
  readonly seen = { on: 0, experiments: 0, groupRecords: 0, fromStorage: 0, forcedTwice: 0, readOtherwise: 0 };
  private readonly sdk = new OfficialSdk();
  private account = '';
  private compiled: CompiledSettings | undefined;

  /** Twenty cases share an account. */
  draw(seed: number, n: number): EngineCase {
    const forAccount = new SeededRandom(seed, Math.floor(n / PER_ACCOUNT));
    const newer = new SeededRandom(seed, Math.floor(n / PER_ACCOUNT), 2);
    const settings = newerSettings(judge.version, newer, settingsOf(forAccount));
    // Without a gateway, impressions of holdout groups are lost; see `holdout-of-off`.
    const withGateway = forAccount.chance(0.3) || settings.holdouts !== undefined;
    const random = new SeededRandom(seed, n, 1);
    const edge = random.chance(0.1) ? edgeUserIdOf(random, settings) : undefined;
    const usual =
      edge === undefined ? userOf(random, settings.accountId) : userCalled(random, settings.accountId, edge);
    const user = newerUser(judge.version, random, usual);
    const key = random.chance(0.02) ? 'no-such-feature' : random.pick(settings.features).key;
    return {
      settings,
      withGateway,
      key,
      user,
      stored: newerStored(random, settings, storedOf(random, settings, user.id)),
    };
  }

  /** Rejects where the two differ. */
  async check({ settings, withGateway, key, user, stored }: EngineCase): Promise<void> {
    const compiled = await this.loaded(settings, withGateway);
    const gateway = withGateway ? fakeGateway(user) : undefined;
    const asked = gateway ? { ...user, gateway: answers(compiled, user, key, gateway) } : withKnownDetails(user);
    const { theirs, read } = await judged(this.sdk, { settings, key, user: asked, stored, gateway });
    const ours = ourOutcome(compiled, key, asked, stored);
    this.note(ours, stored, read);
    const cannotShare = !isFrom(judge.version, '1.43') && isForcedTwice(settings, key, user);
    if (cannotShare && ours.enabled && !theirs.enabled && !theirs.records.has(key)) {
      this.seen.forcedTwice += 1;
      return;
    }
    const found = differences(ours, theirs, read);
    // From 1.39 the SDK tells of holdout groups, too.
    if (!isFrom(judge.version, '1.39') && !isToldAlike(ours, theirs)) found.push('notice');
    if (found.length === 0) return;
    const shown = { settings, withGateway, key, user: asked, stored, ours, theirs };
    throw new Error(`differs in ${found.join(', ')}\n${inspect(shown, { depth: null, breakLength: 140 })}`);
  }

  private async loaded(settings: GeneratedSettings, withGateway: boolean): Promise<CompiledSettings> {
    const account = JSON.stringify([settings, withGateway]);
    if (this.compiled && this.account === account) return this.compiled;
    await this.sdk.load(settingsFor(judge.version, settings), withGateway);
    this.account = account;
    return (this.compiled = compile(settings as unknown as VwoSettings));
  }

  private note(ours: Outcome, stored: ReadonlyMap<string, unknown>, read: ReadonlyMap<string, unknown>): void {
    const { seen } = this;
    if (ours.enabled) seen.on += 1;
    const experiment = [...ours.records.values()].some((record) => 'experimentId' in record && 'featureId' in record);
    if (experiment) seen.experiments += 1;
    if ([...ours.records.keys()].some((each) => each.startsWith('_vwo_meta_meg_'))) seen.groupRecords += 1;
    if (ours.enabled && ours.shown.length === 0) seen.fromStorage += 1;
    if ([...stored].some(([each, record]) => read.get(each) !== record)) seen.readOtherwise += 1;
  }
}

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
