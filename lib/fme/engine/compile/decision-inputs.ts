import type { DecisionInputs, RuleListQuestion } from '../model/decision-inputs.js';
import type { Segment } from '../model/segment.js';

export const NO_INPUTS: DecisionInputs = { records: [], lists: [], details: false };

/** A segment, and for whom it is asked. */
export interface LookedAt {
  readonly segment: Segment;
  readonly userList: boolean;
  readonly targeting: boolean;
}

/** Whitelists are asked for lists only: the official SDK fetches no details for them. */
export function inputsOf(seen: readonly LookedAt[]): DecisionInputs {
  if (seen.every(({ segment }) => !segment.details && segment.features.size === 0 && segment.lists.length === 0)) {
    return NO_INPUTS;
  }
  const records = new Set<string>();
  const lists: RuleListQuestion[] = [];
  let details = false;
  for (const { segment, userList, targeting } of seen) {
    for (const key of segment.features) records.add(key);
    for (const list of segment.lists) lists.push({ ...list, targeting, userList });
    details ||= segment.details && !targeting;
  }
  return { records: [...records], lists, details };
}

/** All of them together, each record once. */
export function mergedInputs(all: readonly DecisionInputs[], keys: readonly string[] = []): DecisionInputs {
  if (all.every((inputs) => inputs === NO_INPUTS)) return { ...NO_INPUTS, records: Object.freeze([...keys]) };
  const records = new Set(keys);
  const lists: RuleListQuestion[] = [];
  let details = false;
  for (const inputs of all) {
    for (const key of inputs.records) records.add(key);
    lists.push(...inputs.lists);
    details ||= inputs.details;
  }
  return { records: Object.freeze([...records]), lists, details };
}
