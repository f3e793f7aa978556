import { FME_RECORD_FIELDS, type StoredDecision } from '../../../model/index.js';

/** Other fields of a record are the user's own, and are kept when it is written again. */
const OUR_FIELDS: ReadonlySet<string> = new Set(FME_RECORD_FIELDS);

/** The new record with the user's own fields of the old one; undefined when nothing of ours is different. */
export function recordIfChanged(
  before: StoredDecision | undefined,
  record: StoredDecision,
): StoredDecision | undefined {
  if (before === undefined) return record;
  if (FME_RECORD_FIELDS.every((field) => isEqual(before[field], record[field]))) return undefined;
  const theirs = Object.entries(before).filter(([field]) => !OUR_FIELDS.has(field));
  return { ...Object.fromEntries(theirs), ...record };
}

function isEqual(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
