/**
 * Cases as text and back, so that one can be kept: JSON, and beyond it maps, undefined, -0, NaN, infinities, and objects without
 * a prototype. Throws for what no case may have, such as functions.
 */
export function textOfCase(value: unknown): string {
  return JSON.stringify(written(value), undefined, 1);
}

export function caseOfText(text: string): unknown {
  return read(JSON.parse(text));
}

/** What JSON does not know is an object with this field: which kind it is; its content is in `of`. */
const KIND = '$';

type Fields = Readonly<Record<string, unknown>>;

function written(value: unknown): unknown {
  if (value === undefined) return { [KIND]: 'undefined' };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { [KIND]: 'number', of: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
      throw new TypeError(`a case cannot be kept with a ${typeof value} in it`);
    }
    return value;
  }
  if (Array.isArray(value)) return value.map(written);
  if (value instanceof Map) return { [KIND]: 'map', of: [...value].map(written) };
  return writtenObject(value as Fields);
}

function writtenObject(value: Fields): unknown {
  const fields = mapped(value, written);
  if (Object.getPrototypeOf(value) === null) return { [KIND]: 'bare', of: fields };
  return Object.hasOwn(value, KIND) ? { [KIND]: 'object', of: fields } : fields;
}

function read(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(read);
  const { of } = value as { readonly of?: unknown };
  if (!Object.hasOwn(value, KIND)) return mapped(value as Fields, read);
  switch ((value as Fields)[KIND]) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number(of);
    case 'map':
      return new Map(read(of) as (readonly [unknown, unknown])[]);
    case 'bare':
      return bare(mapped(of as Fields, read));
    default:
      return mapped(of as Fields, read);
  }
}

/** Fields called `__proto__` are fields. */
function mapped(fields: Fields, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
}

function bare(fields: Fields): unknown {
  return Object.create(null, Object.getOwnPropertyDescriptors(fields));
}
