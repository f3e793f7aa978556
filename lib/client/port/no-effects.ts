import { type FlagReason, offFlag } from '../../model/index.js';
import type { DecisionOutcome, Effects, SendOutcome } from './product.js';

const NONE: readonly never[] = [];

/** Nothing to store, nothing to send. */
export const NO_EFFECTS: Effects<never> = { records: NONE, events: NONE, refused: 0 };

export const NOT_SENT: SendOutcome<never> = { ...NO_EFFECTS, sent: false };

/** A flag that is off without more ado. */
export function offOutcome(key: string, reason: FlagReason): DecisionOutcome<never> {
  return { flag: offFlag(key, reason), ...NO_EFFECTS };
}
