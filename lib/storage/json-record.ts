import { frozenCopy, isObject, type StoredDecision } from '../model/index.js';

/** Longest piece of an unreadable record that is kept to look at. */
const SHOWN = 100;

/** A record as it is stored: JSON, which keeps types and unknown fields. */
export function textOf(record: StoredDecision): string {
  return JSON.stringify(record);
}

/** What a stored text says; `unreadable` when it is no record. */
export function recordOf(text: string): StoredDecision {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as StoredDecision) : unreadable(text);
  } catch {
    return unreadable(text);
  }
}

/** What JSON carries of a value, as a copy that nobody can change: `toJSON` is asked, functions and `undefined` stay behind. */
export function storableCopy(value: unknown): unknown {
  const isFlat = isObject(value) && !('toJSON' in value) && Object.values(value).every(isPlain); // as nearly all records are
  return isFlat ? Object.freeze({ ...value }) : frozenCopy(JSON.parse(JSON.stringify(value) ?? 'null'));
}

/** What JSON carries as it is. */
function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value);
}

/**
 * What stands for a record that is there but cannot be read. It belongs to no user, so the record check refuses and
 * counts it like a foreign one, and the decision made instead may replace it; left out, nothing ever could.
 */
export function unreadable(why: string): StoredDecision {
  return Object.freeze({ userId: '', unreadable: why.slice(0, SHOWN) });
}
