import fc from 'fast-check';
import { compile, decide, gatewayQuestions, storedKeysFor, type VwoSettings } from '../../../lib/fme/engine/index.js';
import { type DecisionUser, type StoredDecision } from '../../../lib/model/index.js';
import { SeededRandom } from '../../differential/seeded-random.js';
import { settingsOf } from '../../differential/settings.generator.js';
import { storedOf } from '../../differential/stored.generator.js';
import type { Property } from '../../fuzz/checked-property.js';
import { userOf } from '../../differential/user.generator.js';

/** JSON with the names that settings use, so that it gets past the first look. */
const names = [
  'id',
  'key',
  'type',
  'segments',
  'variations',
  'and',
  'or',
  'not',
  'custom_variable',
  'toString',
  'valueOf',
  '__proto__',
  'length',
];
export const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1.5,
      '',
      'FLAG_TESTING',
      'regex(()',
      'wildcard(*)',
      'inlist(x)',
      'checkout',
      '1',
      '1_1',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Every value inside, by its path. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function replaced(root: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const copy = (Array.isArray(root) ? [...root] : { ...(root as object) }) as Record<string | number, unknown>;
  copy[first] = replaced(copy[first], rest, value);
  return copy;
}

function use(
  settings: unknown,
  user: unknown,
  stored: ReadonlyMap<string, StoredDecision>,
  keys: readonly string[],
): void {
  const compiled = compile(settings as VwoSettings);
  const asked = user as DecisionUser;
  gatewayQuestions(compiled, asked);
  for (const key of [...compiled.featureKeys, ...keys]) {
    const { flag, records, events } = decide(compiled, key, asked, stored);
    flag.getVariable('text');
    JSON.stringify([flag.getVariables(), records, events, storedKeysFor(compiled, [key]), compiled.problems]);
  }
}

/** Fails where anything throws. */
export const anySettings: Property<unknown> = {
  drawn: anyJson,
  check: (settings) => use(settings, { id: 'u', userListId: 'U' }, new Map(), ['checkout']),
};

/** `good` with one value replaced: the one at `place`, counted through. */
export function spoiled(good: unknown, place: number, value: unknown): unknown {
  const paths = pathsOf(good);
  return replaced(good, paths[place % paths.length] ?? [], value);
}

/** Settings as the generator of the comparisons makes them, in which any one value is any other JSON. */
export const spoiledSettings = fc.tuple(fc.integer(), fc.nat(), anyJson).map(([seed, place, value]) => {
  const random = new SeededRandom(seed);
  const good = settingsOf(random);
  const user = userOf(random, good.accountId);
  return { settings: spoiled(good, place, value), user, stored: storedOf(random, good, user.id) };
});

interface Used {
  readonly settings: unknown;
  readonly user: object;
  readonly stored: ReadonlyMap<string, StoredDecision>;
}

/** Fails where anything throws. */
export const oneValueOfSettings: Property<Used> = {
  drawn: spoiledSettings,
  check: ({ settings, user, stored }) => use(settings, user, stored, ['checkout']),
};

const userFields = [
  'customVariables',
  'variationTargetingVariables',
  'userAgent',
  'ipAddress',
  'gateway',
  'bucketingSeed',
  'platformVariables',
  'id',
];

/** Fails where anything throws. */
export const anyUserAndRecords: Property<Used> = {
  drawn: fc
    .tuple(fc.integer(), fc.dictionary(fc.constantFrom(...userFields), anyJson), anyJson)
    .map(([seed, user, field]) => {
      const random = new SeededRandom(seed);
      const settings = settingsOf(random);
      const stored = storedOf(random, settings, 'u');
      for (const [key, record] of stored) {
        const fields = { ...record, experimentId: field, experimentKey: field, isInHoldoutId: field };
        stored.set(key, (random.chance(0.5) ? fields : field) as StoredDecision);
      }
      return { settings, user: { id: 'u', userListId: 'U', ...user }, stored };
    }),
  check: ({ settings, user, stored }) => use(settings, user, stored, []),
};
