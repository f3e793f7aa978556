import type { StoredDecision } from '../model/index.js';

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
    return isFields(value) ? (value as StoredDecision) : unreadable(text);
  } catch {
    return unreadable(text);
  }
}

/** A copy that nobody can change, made of what JSON carries: `toJSON` is asked, functions and `undefined` stay behind. */
export function frozenRecord(value: unknown): unknown {
  if (isFields(value) && Object.values(value).every(isPlain)) return Object.freeze({ ...value }); // as nearly all records are
  return frozen(JSON.parse(JSON.stringify(value) ?? 'null'));
}

/** What JSON carries as it is. */
function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value);
}

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** Neither null nor a list nor a plain value. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What stands for a record that is there but cannot be read. It belongs to no user, so the record check refuses and
 * counts it like a foreign one, and the decision made instead may replace it; left out, nothing ever could.
 */
export function unreadable(why: string): StoredDecision {
  return Object.freeze({ userId: '', unreadable: why.slice(0, SHOWN) });
}
