/** Reading JSON of which nothing is known. */

/** An id as the settings hold it: VWO sends numbers, and allows strings. Compared strictly, as the official SDK does. */
export type Id = number | string;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isId(value: unknown): value is Id {
  return typeof value === 'number' || typeof value === 'string';
}

/** The value under a key of the object's own: `constructor` and `__proto__` are keys like all others. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The first key of an object and its value. */
export function firstEntry(value: unknown): readonly [string, unknown] | undefined {
  if (!isObject(value)) return undefined;
  const key = Object.keys(value)[0];
  return key === undefined ? undefined : [key, value[key]];
}

export function stringOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}

/** Numbers, and numbers written as strings; NaN for everything else. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : NaN;
}

/** A value as text. Null stays null, undefined is `''`, and so is an object that cannot be made into text. */
export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === null) return null;
  if (value === undefined) return '';
  try {
    return String(value);
  } catch {
    return '';
  }
}

/** What a value looks like, short enough for a message. */
export function shape(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value.length > 60 ? `"${value.slice(0, 60)}…"` : `"${value}"`;
  return value === undefined ? 'nothing' : String(value);
}
