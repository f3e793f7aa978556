import type { Looks, RuleListQuestion } from '../model/compiled-feature.js';
import type { Segment } from '../model/segment.js';

export const NO_LOOKS: Looks = { records: [], lists: [], details: false };

/** A segment, and for whom it is asked. */
export interface LookedAt {
  readonly segment: Segment;
  readonly userList: boolean;
  readonly targeting: boolean;
}

/** Whitelists are asked for lists only: the official SDK fetches no details for them. */
export function looksOf(seen: readonly LookedAt[]): Looks {
  if (seen.every(({ segment }) => !segment.details && segment.features.size === 0 && segment.lists.length === 0)) {
    return NO_LOOKS;
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
export function joined(all: readonly Looks[], keys: readonly string[] = []): Looks {
  if (all.every((looks) => looks === NO_LOOKS)) return { ...NO_LOOKS, records: Object.freeze([...keys]) };
  const records = new Set(keys);
  const lists: RuleListQuestion[] = [];
  let details = false;
  for (const looks of all) {
    for (const key of looks.records) records.add(key);
    lists.push(...looks.lists);
    details ||= looks.details;
  }
  return { records: Object.freeze([...records]), lists, details };
}
