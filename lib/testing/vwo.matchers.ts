import { inspect } from 'node:util';
import { knownKeys, refuse } from '../common/index.js';
import { VwoTestingFlags } from './vwo-testing-flags.js';

/** What an exposure must be, besides its key. */
export interface ExpectedExposure {
  /** The user's id. @default any */
  readonly user?: unknown;
  /** The key of the variation. @default any */
  readonly variation?: unknown;
}

/** What a tracked event must be, besides its name. */
export interface ExpectedEvent {
  /** The user's id. @default any */
  readonly user?: unknown;
  /** All of its properties; some of them with `expect.objectContaining`. @default any */
  readonly properties?: unknown;
}

/** A key of the flags of what is expected of: those of its client, where the application says which there are (`VwoFlags`). */
export type ExposedKey<Flags> =
  Awaited<Flags> extends { set(key: infer Key extends string, ...more: never[]): void } ? Key : string;

/**
 * The types of `vwoMatchers`. Tell your runner of them once, beside `expect.extend(vwoMatchers)`:
 *
 * | runner | |
 * |---|---|
 * | Vitest | `declare module 'vitest' { interface Matchers<T> extends VwoMatchers<void, T> {} }` |
 * | Jest with `@jest/globals` | `declare module 'expect' { interface Matchers<R, T> extends VwoMatchers<R, T> {} }` |
 * | Jest with `@types/jest` | `declare global { namespace jest { interface Matchers<R, T> extends VwoMatchers<R, T> {} } }` |
 *
 * `R` is what an expectation gives, `Flags` the type of what is expected of; without it any key is taken.
 */
export interface VwoMatchers<R = void, Flags = unknown> {
  /** `expect(flags).toHaveExposed('new-checkout', { user: 'ann', variation: 'fast' })`: the flag was read and on. */
  toHaveExposed(key: ExposedKey<Flags>, expected?: ExpectedExposure): R;
  /** `expect(flags).toHaveTracked('purchase', { properties: { total: 10 } })`: the event was tracked. */
  toHaveTracked(name: string, expected?: ExpectedEvent): R;
}

/** What a matcher is given by Jest and by Vitest, as far as it is used here. */
interface Comparing {
  equals(actual: unknown, expected: unknown): boolean;
}

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend(vwoMatchers)` in Jest and in Vitest: what is expected of `VwoTestingFlags`. Asymmetric matchers work in all values. */
export const vwoMatchers = {
  toHaveExposed(this: Comparing, flags: unknown, key: string, expected: ExpectedExposure = {}): Matched {
    const seen = flagsIn('toHaveExposed', flags).exposures();
    knownKeys('expected of toHaveExposed', expected, ['user', 'variation']);
    return matched(this, 'an exposure', seen, { key, ...expected });
  },

  toHaveTracked(this: Comparing, flags: unknown, name: string, expected: ExpectedEvent = {}): Matched {
    const seen = flagsIn('toHaveTracked', flags).events();
    knownKeys('expected of toHaveTracked', expected, ['user', 'properties']);
    return matched(this, 'a tracked event', seen, { name, ...expected });
  },
};

function flagsIn(matcher: string, given: unknown): VwoTestingFlags {
  if (given instanceof VwoTestingFlags) return given;
  return refuse(
    `expect(flags).${matcher}: flags`,
    'VwoTestingFlags',
    given,
    'for example expect(module.get(VwoTestingFlags))',
  );
}

/** One of what was seen has each of these values. */
function matched(comparing: Comparing, what: string, seen: readonly object[], expected: object): Matched {
  const wanted = Object.entries(expected).filter(([, value]) => value !== undefined);
  const isWanted = (each: object): boolean =>
    wanted.every(([name, value]) => comparing.equals((each as Readonly<Record<string, unknown>>)[name], value));
  const pass = seen.some(isWanted);
  return {
    pass,
    message: () => `${pass ? 'Not expected' : 'Expected'}: ${what} with ${shownOf(wanted)}\n${listed(seen)}`,
  };
}

function shownOf(wanted: readonly (readonly [name: string, value: unknown])[]): string {
  return wanted.map(([name, value]) => `${name} ${inspect(value)}`).join(', ');
}

function listed(seen: readonly object[]): string {
  return seen.length === 0 ? 'There was none.' : `There was:\n${seen.map((each) => `  ${inspect(each)}`).join('\n')}`;
}
