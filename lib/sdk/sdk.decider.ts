import type { Clock } from '../clock.js';
import type { Diagnostics } from '../diagnostics.js';
import type { CompiledSettings, GatewayFacts, StoredDecision, StoredDecisions, VwoSettings } from '../engine/index.js';
import { reason, within } from '../client/guarded.js';
import type { Visitor } from '../client/visitor.js';
import { VwoSettingsError } from '../vwo.errors.js';
import { SdkDecision } from './sdk.decision.js';
import { SdkInstance, type SdkSurroundings } from './sdk.instance.js';
import { Turns } from './turns.js';

const LATE = Symbol('late');

/** The SDK waits for nothing but itself here. Past this it hangs, and nobody waits for it any longer, in ms. */
export const PATIENCE = 1_000;

/** Whose flags are asked for, and what is known of him. */
export interface SdkQuestion {
  readonly instance: SdkInstance;
  readonly visitor: Visitor;
  readonly keys: readonly string[];
  readonly stored: StoredDecisions;
  /** From VWO's gateway. */
  readonly facts: GatewayFacts | undefined;
}

/**
 * Lets the SDK decide, for one visit at a time: it keeps the context of the user at hand where the next call overwrites
 * it. That costs nothing, as it finds everything it asks for in memory, and it is one thread's work anyway.
 */
export class SdkDecider {
  /** The SDK with the last settings that it took; undefined until then. */
  instance: SdkInstance | undefined;
  private readonly turns = new Turns();
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
      const started = await within(this.clock, PATIENCE, start, LATE);
      if (started === LATE) throw new VwoSettingsError(`VWO's SDK did not take the settings within ${PATIENCE} ms`);
      this.instance = started;
      this.diagnostics.recovered('sdk-settings', "VWO's SDK takes the settings again.");
    });
    this.installing.catch((error: unknown) => {
      const meanwhile = this.instance ? 'The last good ones stay' : 'Every flag is off';
      this.diagnostics.warn('sdk-settings', `${reason(error)}. ${meanwhile}.`);
    });
  }

  /** All flags of one visit, in bounded time. Never rejects; those that could not be decided are left out. */
  async decide(question: SdkQuestion): Promise<ReadonlyMap<string, SdkDecision>> {
    const decisions = new Map<string, SdkDecision>();
    if (question.keys.length === 0) return decisions;
    let isWaitedFor = true;
    const all = () => this.decideInTurn(question, decisions, () => isWaitedFor);
    const turn = this.turns.take(() => within(this.clock, PATIENCE, all(), LATE));
    const outcome = await within(this.clock, PATIENCE, turn, LATE);
    isWaitedFor = false;
    if (outcome === LATE) this.undecided(`it gave no answer within ${PATIENCE} ms`);
    return new Map(decisions);
  }

  private async decideInTurn(
    { instance, visitor, keys, stored, facts }: SdkQuestion,
    decisions: Map<string, SdkDecision>,
    isWaitedFor: () => boolean,
  ): Promise<void> {
    const fresh = new Map<string, StoredDecision>();
    const records = { get: (key: string) => fresh.get(key) ?? stored.get(key) };
    for (const key of keys) {
      if (!isWaitedFor()) return;
      const decision = new SdkDecision(key, instance.settings, visitor, records, facts);
      try {
        await instance.decide(decision, visitor);
      } catch (error) {
        this.undecided(reason(error));
        continue;
      }
      decisions.set(key, decision);
      // A rule may ask whether another feature is on. The winner of a group each decision stores for itself.
      for (const [each, record] of decision.records) if (instance.settings.has(each)) fresh.set(each, record);
    }
  }

  private undecided(why: string): void {
    this.diagnostics.warn('sdk-decision', `VWO's SDK did not decide: ${why}. Such flags are off.`);
  }
}
