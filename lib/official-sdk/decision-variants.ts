import { isDeepStrictEqual } from 'node:util';
import type { StoredDecision, StoredRecords } from '../model/index.js';
import type { SdkDecision } from './sdk.decision.js';

/** Decisions of one flag, at most, for one visit: five flags whose records it looks at can be read in 32 combinations. */
export const MAX_VARIANTS = 32;

/** Has the SDK decide a flag from these records; undefined where it did not decide. Never rejects. */
export type AskSdk = (key: string, records: StoredRecords) => Promise<SdkDecision | undefined>;

/** A record that reading a flag may leave. */
interface PossibleRecord {
  readonly record: StoredDecision;
  /** The flags that may leave it. */
  readonly by: Set<string>;
}

type KnownRecords = ReadonlyMap<string, StoredDecision | undefined>;

const AS_THEY_ARE: KnownRecords = new Map();

/**
 * The flags of one visit, decided before they are read. A rule may look at the records of other flags ("is that feature on",
 * mutually exclusive groups), and reading a flag leaves new ones: nobody knows beforehand which will be read, or in which
 * order. So each flag is decided for every state in which it may find the records that it looks at.
 */
export class DecisionVariants {
  private readonly variants = new Map<string, SdkDecision[]>();
  /** Besides those that there are; by their key. */
  private readonly possible = new Map<string, PossibleRecord[]>();

  constructor(
    /** The records as they are, with those of the flags read so far. */
    private readonly records: StoredRecords,
    private readonly ask: AskSdk,
  ) {}

  /** The decision of a flag for the records as they are; undefined where there is none. */
  find(key: string): SdkDecision | undefined {
    return this.findFor(key, this.records);
  }

  /** The decision of a flag as if it were read first. */
  first(key: string): SdkDecision | undefined {
    return this.variants.get(key)?.[0];
  }

  /**
   * Decides these flags; and those decided before, where they look at records of these. First each as it is when it is read
   * first, then in this order, then in every other. Stops when nobody waits any longer.
   */
  async add(keys: readonly string[], isAwaited: () => boolean): Promise<void> {
    for (const key of keys) if (isAwaited()) await this.decide(key, AS_THEY_ARE);
    await this.inOrder(keys, isAwaited);
    while (await this.further(isAwaited));
  }

  private async inOrder(keys: readonly string[], isAwaited: () => boolean): Promise<void> {
    const left = new Map<string, StoredDecision>();
    for (const key of keys) {
      if (!this.variants.has(key)) continue; // the SDK does not decide it
      const view = overlaid(left, this.records);
      const known = this.findFor(key, view);
      const decision = known ?? (isAwaited() ? await this.decide(key, left) : undefined);
      for (const [each, record] of decision?.records ?? []) left.set(each, record);
    }
  }

  /** One round over all flags; whether there was a state that was not known. */
  private async further(isAwaited: () => boolean): Promise<boolean> {
    let isNew = false;
    for (const [key, variants] of this.variants) {
      for (const state of this.statesNextTo(key, variants)) {
        if (!isAwaited()) return false;
        if (this.findFor(key, overlaid(state, this.records))) continue;
        if (await this.decide(key, state)) isNew = true;
      }
    }
    return isNew;
  }

  /** States of the records that differ in one from a state for which the flag was decided. */
  private statesNextTo(key: string, variants: readonly SdkDecision[]): readonly KnownRecords[] {
    const states: KnownRecords[] = [];
    for (const { seen } of variants) {
      for (const [asked, found] of seen) {
        for (const { record, by } of this.possible.get(asked) ?? []) {
          const isOthers = by.size > 1 || !by.has(key); // its own record is there only after it was read
          if (isOthers && !isDeepStrictEqual(record, found)) states.push(new Map(seen).set(asked, record));
        }
      }
    }
    return states;
  }

  private async decide(key: string, state: KnownRecords): Promise<SdkDecision | undefined> {
    const variants = this.variants.get(key) ?? [];
    if (variants.length >= MAX_VARIANTS) return undefined;
    const decision = await this.ask(key, overlaid(state, this.records));
    if (!decision) return undefined;
    this.variants.set(key, [...variants, decision]);
    for (const [each, record] of decision.records) this.mayLeave(key, each, record);
    return decision;
  }

  private mayLeave(key: string, recordKey: string, record: StoredDecision): void {
    const all = this.possible.get(recordKey) ?? [];
    const known = all.find((each) => isDeepStrictEqual(each.record, record));
    if (known) known.by.add(key);
    else this.possible.set(recordKey, [...all, { record, by: new Set([key]) }]);
  }

  private findFor(key: string, records: StoredRecords): SdkDecision | undefined {
    return this.variants.get(key)?.find((decision) => decision.isFor(records));
  }
}

/** Records as they would be with these in place of those. */
function overlaid(state: KnownRecords, records: StoredRecords): StoredRecords {
  if (state.size === 0) return records;
  return { get: (key) => (state.has(key) ? state.get(key) : records.get(key)) };
}
