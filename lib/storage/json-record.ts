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
  if (isObject(value) && isFlat(value)) return Object.freeze(Object.assign({}, value)); // on Node 20 three times as fast as a spread object
  return frozenCopy(JSON.parse(JSON.stringify(value) ?? 'null'));
}

/** As nearly all records are. `Object.assign` would take a field called `__proto__` for the prototype. */
function isFlat(value: object): boolean {
  if ('toJSON' in value || Object.hasOwn(value, '__proto__')) return false;
  for (const field in value) if (!isPlain((value as Record<string, unknown>)[field])) return false;
  return true;
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
