import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { StoredDecision } from '../../lib/model/index.js';
import { anyJson } from '../fme/engine/any-input.properties.js';

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

/** What a storage service gives to every question, and how. */
export interface Answer {
  readonly how: string;
  readonly given: unknown;
  /** Whether an event is tracked before any flag is read. */
  readonly tracksFirst: boolean;
}

/** A good record, or one with up to two fields of another kind or missing, or anything at all; in any way. */
export function answers(good: readonly StoredDecision[]): fc.Arbitrary<Answer> {
  const record = fc.constantFrom(...good);
  const names = [...new Set(good.flatMap((each) => Object.keys(each)))];
  const values = fc.oneof(
    anyJson,
    fc.constantFrom<unknown>(...good.flatMap((each) => Object.values(each)), 99, 'gone'),
  );
  const change = fc.tuple(fc.constantFrom(...names), fc.option(values, { nil: undefined }));
  const spoiled = fc
    .tuple(record, fc.array(change, { maxLength: 2 }))
    .map(([fields, changes]) => withChanges(fields, changes));
  const how = fc.oneof(fc.constantFrom(...FAITHFUL), fc.constantFrom(...Object.keys(WAYS)));
  const given = fc.oneof({ arbitrary: spoiled, weight: 4 }, { arbitrary: anyJson, weight: 1 });
  return fc.record({ how, given, tracksFirst: fc.boolean() });
}

function withChanges(record: StoredDecision, changes: readonly (readonly [string, unknown])[]): object {
  const entries = Object.entries({ ...record, ...Object.fromEntries(changes) });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
