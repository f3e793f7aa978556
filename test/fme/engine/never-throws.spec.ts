import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, decide, gatewayQuestions, storedKeysFor, type VwoSettings } from '../../../lib/fme/engine/index.js';
import { type DecisionUser, type StoredDecision } from '../../../lib/model/index.js';
import { SeededRandom } from '../../differential/seeded-random.js';
import { settingsOf } from '../../differential/settings.generator.js';
import { storedOf } from '../../differential/stored.generator.js';
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
const json = fc.letrec<{ value: unknown }>((tie) => ({
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

/** Under load of other tests, a thousand runs may take a while; in ms. */
const PATIENCE = 120_000;

describe('nothing in settings, users or storage throws', () => {
  it(
    'compiles and decides whatever JSON comes as settings',
    () => {
      fc.assert(
        fc.property(json, (settings) => use(settings, { id: 'u', userListId: 'U' }, new Map(), ['checkout'])),
        { numRuns: 500 },
      );
    },
    PATIENCE,
  );

  it(
    'compiles and decides real settings in which any one value is any other JSON',
    () => {
      fc.assert(
        fc.property(fc.integer(), fc.nat(), json, (seed, place, value) => {
          const random = new SeededRandom(seed);
          const settings = settingsOf(random);
          const user = userOf(random, settings.accountId);
          const paths = pathsOf(settings);
          const spoiled = replaced(settings, paths[place % paths.length] ?? [], value);
          use(spoiled, user, storedOf(random, settings, user.id), ['checkout']);
        }),
        { numRuns: 1_500 },
      );
    },
    PATIENCE,
  );

  it(
    'decides for users and stored records in which anything is any JSON',
    () => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.dictionary(
            fc.constantFrom(
              'customVariables',
              'variationTargetingVariables',
              'userAgent',
              'ipAddress',
              'gateway',
              'bucketingSeed',
              'platformVariables',
              'id',
            ),
            json,
          ),
          json,
          (seed, user, field) => {
            const random = new SeededRandom(seed);
            const settings = settingsOf(random);
            const stored = storedOf(random, settings, 'u');
            for (const [key, record] of stored) {
              if (random.chance(0.5))
                stored.set(key, {
                  ...record,
                  experimentId: field,
                  experimentKey: field,
                  isInHoldoutId: field,
                } as StoredDecision);
              else stored.set(key, field as StoredDecision);
            }
            use(settings, { id: 'u', userListId: 'U', ...user }, stored, []);
          },
        ),
        { numRuns: 1_000 },
      );
    },
    PATIENCE,
  );

  it('outlives segments and JSON variables that are nested deeper than the stack', () => {
    const deep = (make: (inner: unknown) => unknown): unknown => {
      let value: unknown = { user: 'u' };
      for (let i = 0; i < 50_000; i++) value = make(value);
      return value;
    };
    const variations = [
      {
        id: 1,
        name: 'x',
        weight: 100,
        segments: deep((not) => ({ not })),
        variables: [{ id: 1, key: 'json', type: 'json', value: deep((a) => [a]) }],
      },
    ];
    const settings = {
      accountId: 1,
      features: [{ id: 1, key: 'f', rules: [{ type: 'FLAG_ROLLOUT', campaignId: 1 }] }],
      campaigns: [{ id: 1, key: 'f_1', type: 'FLAG_ROLLOUT', variations }],
    };
    const compiled = compile(settings as VwoSettings);
    expect(decide(compiled, 'f', { id: 'u', userListId: 'U' }, new Map()).flag.isEnabled()).toBe(false);
    expect(compiled.problems).toHaveLength(1);
  });
});
