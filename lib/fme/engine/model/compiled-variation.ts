import type { DecidedFlag, DecisionEvent, Id } from '../../../model/index.js';
import type { SegmentTest } from './segment.js';

/** One variation of one rule: everything that follows when a user gets it. */
export interface CompiledVariation {
  readonly id: Id;
  readonly campaignId: Id;
  readonly campaignKey: string;
  readonly weight: number;
  /** Buckets (1 to 10,000) from `start` to `end`. */
  readonly start: number;
  readonly end: number;
  readonly flag: DecidedFlag;
  /** The same, for whoever had it stored. */
  readonly storedFlag: DecidedFlag;
  readonly shown: DecisionEvent;
  readonly shownAlone: readonly DecisionEvent[];
  /** A variation without id cannot be stored, as in VWO's SDK. */
  readonly storable: boolean;
}

/** The same variation for users who are forced into it. */
export interface ForcedVariation extends CompiledVariation {
  /** Who they are. */
  readonly whitelist: SegmentTest;
}
