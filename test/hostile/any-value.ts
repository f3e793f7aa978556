import fc from 'fast-check';
import { anyJson } from '../fme/engine/any-input.properties.js';

/** What may come from outside, or be made of it by an application: a way to make it, and JSON that it is made of. A recipe can be kept as a case. */
export interface Recipe {
  readonly how: string;
  readonly of: unknown;
}

const LEVELS = 100_000;

function deep(around: (inner: unknown) => unknown): (of: unknown) => unknown {
  return (of) => {
    let value = of;
    for (let i = 0; i < LEVELS; i++) value = around(value);
    return value;
  };
}

function throwing(): never {
  throw new Error('nothing of this can be read');
}

const TRAPS = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'isExtensible'] as const;

const HOW: Readonly<Record<string, (of: unknown) => unknown>> = {
  'as it is': (of) => of,
  'in a list': (of) => [of],
  'in an object': (of) => ({ id: of, toString: of, length: of }),
  'named __proto__': (of) => JSON.parse(`{"__proto__":${JSON.stringify(of)},"constructor":{"prototype":{"polluted":1}}}`) as unknown,
  'without a prototype': (of) => Object.assign(Object.create(null) as object, { of }),
  'deep lists': deep((inner) => [inner]),
  'deep objects': deep((inner) => ({ inner })),
  'a circle': (of) => { const circle: Record<string, unknown> = { of }; circle['again'] = circle; return circle; },
  'many fields': (of) => Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`field-${i}`, of])),
  'a long list': (of) => Array.from({ length: 20_000 }, () => of),
  'a list with holes': () => { const list: unknown[] = []; list[20_000] = 1; return list; },
  'a long text': (of) => (typeof of === 'string' && of !== '' ? of : 'x').repeat(50_000).slice(0, 50_000),
  'a getter that throws': (of) => Object.defineProperty({ of }, 'id', { get: throwing, enumerable: true }),
  'toString that throws': (of) => ({ of, toString: throwing }),
  'toJSON that throws': (of) => ({ of, toJSON: throwing }),
  'toJSON of something else': (of) => ({ toJSON: () => of }),
  'a primitive that throws': () => ({ [Symbol.toPrimitive]: throwing }),
  'a thenable': (of) => ({ then: (done: (value: unknown) => void) => done(of) }),
  'a thenable that throws': () => ({ then: throwing }),
  'a proxy': (of) => new Proxy(Object(of) as object, {}),
  'a proxy that throws': () => new Proxy({}, Object.fromEntries(TRAPS.map((trap) => [trap, throwing]))),
  'a proxy that was revoked': () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; },
  'NaN': () => NaN,
  'infinity': () => -Infinity,
  'minus zero': () => -0,
  'a bigint': () => 2n ** 100n,
  'a bigint inside': (of) => ({ of, big: 1n }),
  'a symbol': () => Symbol('symbol'),
  'a symbol inside': (of) => ({ of, symbol: Symbol('symbol') }),
  'a function': (of) => () => of,
  'a class': () => Map,
  'a date': () => new Date(0),
  'a date that is none': () => new Date(NaN),
  'a pattern': () => /^(a+)+$/,
  'a map': (of) => new Map([[of, of]]),
  'a set': (of) => new Set([of]),
  'bytes': () => Buffer.from([0, 255, 195, 40]),
  'an error': () => new Error('error'),
  'a boxed text': (of) => Object(JSON.stringify(of)),
  'a boxed bigint': () => Object(1n),
  'a promise': (of) => Promise.resolve(of),
  'undefined': () => undefined,
}; // prettier-ignore

/** Texts that mean something somewhere: to JavaScript, JSON, Redis, HTTP, logs, globs, SQL. */
export const POINTED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '', ' ', '0', '-1', 'null', 'undefined', 'NaN', '[object Object]', 'true', '\0', 'a\0b', '\ud800', 'a\udc00', '\ufeff', '\u2028', '\u202e', '*', '?', '[a-z]', 'vwo:*', 'a:b', ':', '_', 'a_b', '{a}', '%7B', '%', '\r\nFLUSHALL\r\n', '*1\r\n$8\r\nFLUSHALL\r\n', 'GET x', '${1}', '{{1}}', "'; DROP TABLE users; --", '<script>', '../../etc/passwd', '\\', '"', '{"id":1}', '\x1b[2J', 'e\u0301', 'é', 'İ', '😀', '_vwo_meta_meg_1', 'ab', 'checkout', '_vwoUserId', 'inlist(1)', 'regex(^(a+)+$)'] as const; // prettier-ignore

export const pointedTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...POINTED),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.tuple(fc.constantFrom(...POINTED), fc.constantFrom(...POINTED)).map(([a, b]) => a + b),
);

/** Half of them as plain as they come over HTTP: texts, and JSON. */
export const recipes: fc.Arbitrary<Recipe> = fc.record({
  how: fc.oneof(fc.constantFrom('as it is', 'in a list', 'in an object'), fc.constantFrom(...Object.keys(HOW))),
  of: fc.oneof(pointedTexts, anyJson),
});

export function made({ how, of }: Recipe): unknown {
  return HOW[how]?.(structuredClone(of));
}
