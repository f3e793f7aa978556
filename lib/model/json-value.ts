/** Reading JSON of which nothing is known. */

/** An id as the settings hold it: VWO sends numbers, and allows strings. Compared strictly, as the official SDK does. */
export type Id = number | string;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object literal, or what `JSON.parse` gives, of any realm: everything that it has is its own. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is an object, or a list, with nothing in it: VWO sends `{}` for an empty list and `[]` for an empty object. */
export function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/**
 * What has these names, in a plain object: accessors of a class are read. Without what is explicitly undefined: spread, it would
 * hide what stands below. Throws what an accessor throws.
 */
export function definedValues<T extends object>(given: T, names: readonly (keyof T)[]): T {
  return Object.fromEntries(names.map((name) => [name, given[name]]).filter(([, value]) => value !== undefined)) as T;
}

/** Defines where assigning would set the prototype: `__proto__` is a key like all others. */
export function put(to: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(to, key, { value, enumerable: true, configurable: true, writable: true });
  else (to as Record<string, unknown>)[key] = value;
}

/** Whether an object carries this mark, of this copy of the package or of another one: `instanceof` knows only its own. */
export function isBranded(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && Reflect.get(value, brand) === true;
}

export function isId(value: unknown): value is Id {
  return typeof value === 'number' || typeof value === 'string';
}

/** The objects in a list; none where it is no list. */
export function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
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

/** A single value as text; undefined for none, for an object and for a list. */
export function scalarText(value: unknown): string | undefined {
  return value == null || typeof value === 'object' ? undefined : String(value);
}

/** A value as text. Null stays null, undefined is `''`, and so is an object that cannot be made into text. */
export function asText(value: NonNullable<unknown> | undefined): string;
export function asText(value: unknown): string | null;
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
