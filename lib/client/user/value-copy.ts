import { isPlainObject, put } from '../../model/index.js';

/**
 * A frozen copy of a value of the application's, so that what its owner changes later reaches no decision: plain objects, arrays
 * and dates however deep, circles included. What else there is (class instances) is kept as it is.
 */
export function valueCopy<T>(value: T): T {
  return (isObjectOrList(value) ? plainCopy(value) : value) as T;
}

/**
 * The same for named values, such as a user's variables: those of a class instance are read now. Throws what an accessor throws:
 * nothing is read of it later.
 */
export function namedValuesCopy<T extends object>(values: T): T {
  return valueCopy(Array.isArray(values) || isPlainObject(values) ? values : { ...values });
}

/**
 * The same for what shall be sent: class instances become what JSON makes of them now. What cannot be read stays as it is, and
 * costs its event when that is to be sent.
 */
export function jsonCopy<T>(value: T): T {
  try {
    return (isObjectOrList(value) ? writtenCopy(value, undefined) : value) as T;
  } catch {
    return value;
  }
}

/** Copies by what they were made of: what stands in several places, or in itself, is copied once. */
type Copies = Map<object, object>;

function plainCopy(value: object): unknown {
  if (!hasFields(value)) return leafCopy(value);
  const copy = emptyLike(value);
  let inner: InnerCopies | undefined;
  for (const key of Object.keys(value)) {
    const child = (value as Record<string, unknown>)[key];
    put(copy, key, isObjectOrList(child) ? (inner ??= new InnerCopies(value, copy)).of(child) : child);
  }
  inner?.fill();
  return Object.freeze(copy);
}

/** Copies of what is in a value. Not recursive: what comes from outside may be nested deeper than the stack. */
class InnerCopies {
  private readonly known: Copies;
  private readonly open: object[] = [];

  constructor(value: object, copy: object) {
    this.known = new Map([[value, copy]]);
  }

  /** Empty until `fill`. */
  of(value: object): unknown {
    if (!hasFields(value)) return leafCopy(value);
    const known = this.known.get(value);
    if (known) return known;
    const copy = emptyLike(value);
    this.known.set(value, copy);
    this.open.push(value);
    return copy;
  }

  fill(): void {
    for (let from = this.open.pop(); from !== undefined; from = this.open.pop()) {
      const to = this.known.get(from) as object;
      for (const key of Object.keys(from)) {
        const child = (from as Record<string, unknown>)[key];
        put(to, key, isObjectOrList(child) ? this.of(child) : child);
      }
      Object.freeze(to);
    }
  }
}

function hasFields(value: object): boolean {
  return Array.isArray(value) || isPlainObject(value);
}

function leafCopy(value: object): unknown {
  return value instanceof Date ? new Date(value.getTime()) : value;
}

function emptyLike(value: object): object {
  return Array.isArray(value) ? [] : {};
}

function writtenCopy(value: object, known: Copies | undefined): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  const written: unknown = typeof toJSON === 'function' ? toJSON.call(value) : value;
  return isObjectOrList(written) && !isBoxed(written) ? filledCopy(written, known) : written;
}

function filledCopy(from: object, known: Copies | undefined): object {
  const copy = known?.get(from);
  if (copy) return copy;
  const to = emptyLike(from);
  let copies = known?.set(from, to);
  for (const key of Object.keys(from)) {
    const value = (from as Record<string, unknown>)[key];
    if (!isObjectOrList(value)) put(to, key, value);
    else put(to, key, writtenCopy(value, (copies ??= new Map([[from, to]]))));
  }
  return Object.freeze(to);
}

function isObjectOrList(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** `Object(1)` and its like: JSON writes what is in them. */
function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt;
}
