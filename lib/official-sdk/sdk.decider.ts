import type { Clock } from '../common/index.js';
import type { Diagnostics } from '../common/index.js';
import type { CompiledSettings, VwoSettings } from '../fme/engine/index.js';
import type { GatewayFacts, StoredDecision, StoredDecisions } from '../model/index.js';
import { errorText, within } from '../common/index.js';
import type { VisitUser } from '../client/index.js';
import { VwoSettingsError } from '../common/index.js';
import { SdkDecision } from './sdk.decision.js';
import { SdkInstance, type SdkSurroundings } from './sdk.instance.js';
import { SerialQueue } from './serial-queue.js';

const LATE = Symbol('late');

/** The SDK waits for nothing but itself here. Past this it hangs, and nobody waits for it any longer, in ms. */
export const SDK_TIMEOUT_MS = 1_000;

/** Whose flags are asked for, and what is known of him. */
export interface SdkQuestion {
  readonly instance: SdkInstance;
  readonly visitor: VisitUser;
  readonly keys: readonly string[];
  readonly stored: StoredDecisions;
  /** From VWO's gateway. */
  readonly facts: GatewayFacts | undefined;
}

/**
 * One flag, decided for one way the handler may go. Rules may ask for records of other flags (groups, "is that feature
 * on"), and the new ones of this very visit exist once their flag is read; nobody knows beforehand which will be.
 */
export interface DecisionVariant {
  readonly decision: SdkDecision;
  /** Flags declared before whose new records it rests on: they must have been read. */
  readonly others: readonly string[];
}

/** By key; of the variants, the first whose `others` were read counts, and the last has none. */
export type SdkDecisions = ReadonlyMap<string, readonly DecisionVariant[]>;

/**
 * Lets the SDK decide, for one visit at a time: it keeps the context of the user at hand where the next call overwrites
 * it. That costs nothing, as it finds everything it asks for in memory, and it is one thread's work anyway.
 */
export class SdkDecider {
  /** The SDK with the last settings that it took; undefined until then. */
  instance: SdkInstance | undefined;
  private readonly turns = new SerialQueue();
  private installing: Promise<void> = Promise.resolve();

  constructor(
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {}

  /** Settles when the last `install` has; rejects with `VwoSettingsError` when the SDK refused those settings. */
  get installed(): Promise<void> {
    return this.installing;
  }

  /** Gives the SDK new settings, between two visits. Those that are open keep the old ones. */
  install(surroundings: SdkSurroundings, compiled: CompiledSettings, settings: VwoSettings): void {
    this.installing = this.turns.take(async () => {
      const start = SdkInstance.start(surroundings, compiled, settings, this.instance === undefined);
      const started = await within(this.clock, SDK_TIMEOUT_MS, start, LATE);
      if (started === LATE)
        throw new VwoSettingsError(`VWO's SDK did not take the settings within ${SDK_TIMEOUT_MS} ms`);
      this.instance = started;
      this.diagnostics.recovered('sdk-settings', "VWO's SDK takes the settings again.");
    });
    this.installing.catch((error: unknown) => {
      const meanwhile = this.instance ? 'The last good ones stay' : 'Every flag is off';
      this.diagnostics.warn('sdk-settings', `${errorText(error)}. ${meanwhile}.`);
    });
  }

  /** All flags of one visit, in bounded time. Never rejects; those that could not be decided are left out. */
  async decide(question: SdkQuestion): Promise<SdkDecisions> {
    const decisions = new Map<string, DecisionVariant[]>();
    if (question.keys.length === 0) return decisions;
    let isWaitedFor = true;
    const all = () => this.decideAll(question, decisions, () => isWaitedFor);
    const turn = this.turns.take(() => within(this.clock, SDK_TIMEOUT_MS, all(), LATE));
    const outcome = await within(this.clock, SDK_TIMEOUT_MS, turn, LATE);
    isWaitedFor = false;
    if (outcome === LATE) this.undecided(`it gave no answer within ${SDK_TIMEOUT_MS} ms`);
    return new Map(decisions);
  }

  private async decideAll(
    question: SdkQuestion,
    decisions: Map<string, DecisionVariant[]>,
    isWaitedFor: () => boolean,
  ): Promise<void> {
    const fresh: FreshRecord[] = [];
    for (const key of question.keys) {
      if (!isWaitedFor()) return;
      const alone = await this.decideOne(question, key, []);
      if (!alone) continue;
      const variants: DecisionVariant[] = [{ decision: alone, others: [] }];
      decisions.set(key, variants);
      for (const seen of whatMayBeRead(fresh, new Set(alone.asked))) {
        const decision = await this.decideOne(question, key, seen);
        if (decision) variants.unshift({ decision, others: seen.map(({ by }) => by) });
      }
      for (const [each, record] of variants[0]?.decision.records ?? []) fresh.push({ key: each, record, by: key });
    }
  }

  private async decideOne(
    { instance, visitor, stored, facts }: SdkQuestion,
    key: string,
    fresh: readonly FreshRecord[],
  ): Promise<SdkDecision | undefined> {
    const records = fresh.length > 0 ? new Map([...stored, ...fresh.map(pair)]) : stored;
    const decision = new SdkDecision(key, instance.settings, visitor, records, facts);
    try {
      await instance.decide(decision, visitor);
      return decision;
    } catch (error) {
      this.undecided(errorText(error));
      return undefined;
    }
  }

  private undecided(why: string): void {
    this.diagnostics.warn('sdk-decision', `VWO's SDK did not decide: ${why}. Such flags are off.`);
  }
}

interface FreshRecord {
  readonly key: string;
  readonly record: StoredDecision;
  /** The flag that wants it stored. */
  readonly by: string;
}

function pair({ key, record }: FreshRecord): readonly [string, StoredDecision] {
  return [key, record];
}

/** What there may be of the records that are asked for, when the flags that want them stored were read: one of them, all. */
function whatMayBeRead(fresh: readonly FreshRecord[], asked: ReadonlySet<string>): readonly (readonly FreshRecord[])[] {
  const seen = fresh.filter(({ key }) => asked.has(key));
  const flags = [...new Set(seen.map(({ by }) => by))];
  const ofOne = flags.length > 1 ? flags.map((flag) => seen.filter(({ by }) => by === flag)) : [];
  return seen.length > 0 ? [...ofOne, seen] : [];
}
