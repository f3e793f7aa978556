/**
 * A frozen copy of a value as JSON would see it: plain objects, arrays and dates however deep, circles included. What else
 * there is (class instances) is kept as it is. So a later change by its owner reaches neither a decision nor an event.
 */
export function valueCopy<T>(value: T): T {
  return copyOf(value, undefined) as T;
}

type Copies = Map<object, object>;

function copyOf(value: unknown, copies: Copies | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return new Date(value.getTime());
  if (Array.isArray(value)) return filled(value, [], copies);
  return isPlain(value) ? filled(value, {}, copies) : value;
}

function filled(from: object, to: object, known: Copies | undefined): object {
  const copies: Copies = known ?? new Map();
  const copy = copies.get(from);
  if (copy) return copy;
  copies.set(from, to);
  for (const [key, child] of Object.entries(from)) {
    const value = typeof child === 'object' ? copyOf(child, copies) : child;
    // Defines where assigning would set the prototype.
    if (key === '__proto__') Object.defineProperty(to, key, { value, enumerable: true });
    else (to as Record<string, unknown>)[key] = value;
  }
  return Object.freeze(to);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
