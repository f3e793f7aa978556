import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, decide, type VwoSettings } from '../../../lib/fme/engine/index.js';
import { asserted } from '../../fuzz/checked-property.js';
import { anySettings, anyUserAndRecords, oneValueOfSettings } from './any-input.properties.js';

/** Always the same cases: `npm run fuzz` draws others. */
const SEED = 1;

describe('nothing in settings, users or storage throws', () => {
  it('compiles and decides whatever JSON comes as settings', () =>
    fc.assert(asserted(anySettings), { seed: SEED, numRuns: 500 }));

  it('compiles and decides real settings in which any one value is any other JSON', () =>
    fc.assert(asserted(oneValueOfSettings), { seed: SEED, numRuns: 1_500 }));

  it('decides for users and stored records in which anything is any JSON', () =>
    fc.assert(asserted(anyUserAndRecords), { seed: SEED, numRuns: 1_000 }));

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
