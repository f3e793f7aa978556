import { setImmediate } from 'node:timers/promises';

/** How a storage service may answer. */
export const WAYS: Readonly<Record<string, (given: unknown) => unknown>> = {
  'as it is': (given) => given,
  'a promise': (given) => Promise.resolve(given),
  'a promise of later': (given) => setImmediate(given),
  'frozen': (given) => Object.freeze(given),
  'rejected': (given) => Promise.reject(given as Error),
  'thrown': (given) => { throw given; },
  'JSON text': (given) => JSON.stringify(given),
  'inherited fields': (given) => Object.create(Object(given) as object) as unknown,
  'a proxy': (given) => new Proxy({}, { get: (_, field) => Reflect.get(Object(given) as object, field) as unknown }),
  'a proxy that throws': (given) => new Proxy({}, { get: () => { throw given; } }),
  'a thenable that throws': (given) => ({ then: () => { throw given; } }),
  'toJSON that throws': (given) => ({ ...Object(given), toJSON: () => { throw given; } }),
  'a circle': (given) => { const circle: Record<string, unknown> = { ...Object(given) }; circle['note'] = circle; return circle; },
  'a bigint inside': (given) => ({ ...Object(given), note: 1n }),
  'a function': (given) => () => given,
  'a symbol': () => Symbol('record'),
}; // prettier-ignore

/** Ways that give the record itself. */
export const FAITHFUL: readonly string[] = ['as it is', 'a promise', 'a promise of later', 'frozen'];
