import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import { sharesOf } from '../../../lib/fme/engine/bucketing/bucket-ranges.js';
import { accountOf, NOTHING_STORED, user } from './account.fixture.js';

function isIn(segments: unknown, more: object = {}): boolean {
  return decide(accountOf({ f: [{ id: 1, segments }] }), 'f', user('ann', more), NOTHING_STORED).flag.isEnabled();
}

describe('a custom variable is compared', () => {
  it.each([
    ['gt(10)', 10, false],
    ['gt(10)', 10.5, true],
    ['gte(10)', 10, true],
    ['gte(10)', '10.0', true],
    ['gte(10)', 9, false],
    ['lt(10)', 10, false],
    ['lt(10)', 9, true],
    ['lte(10)', 10, true],
    ['lte(10)', 11, false],
    ['10', '10.0', true],
    ['10.50', 10.5, true],
    ['1.2', '1.2.0', true],
    ['0', false, false],
    ['true', true, true],
    ['lower(GOLD)', 'gold', true],
    ['wildcard(*ol*)', 'gold', true],
    ['wildcard(go*)', 'gold', true],
    ['wildcard(*ld)', 'gold', true],
    ['wildcard(gold)', 'gold', true],
    ['wildcard(gold)', 'golden', false],
    ['regex(^g.*d$)', 'gold', true],
    ['', '', true],
    ['null', null, false],
  ])('%s with %j', (operand, value, expected) => {
    expect(isIn({ or: [{ custom_variable: { plan: operand } }] }, { customVariables: { plan: value } })).toBe(expected);
  });

  it('as the user’s id, by both of its names', () => {
    for (const name of ['_vwoUserId', '_wingifyUserId']) {
      expect(isIn({ or: [{ custom_variable: { [name]: 'ann' } }] })).toBe(true);
      expect(isIn({ or: [{ custom_variable: { [name]: 'bob' } }] }, { customVariables: { [name]: 'bob' } })).toBe(
        false,
      );
    }
  });

  it('only if the user has it', () => {
    expect(isIn({ not: { or: [{ custom_variable: { plan: 'gold' } }] } })).toBe(true);
    expect(isIn({ or: [{ custom_variable: { plan: '' } }] }, { customVariables: {} })).toBe(false);
  });
});

describe('shares of a test', () => {
  it('lie end to end, each rounded up to a whole bucket', () => {
    expect(sharesOf([33.3333, 0, 33.3333, 100])).toEqual([
      { start: 1, end: 3334 },
      { start: -1, end: -1 },
      { start: 3335, end: 6668 },
      { start: 6669, end: 16668 },
    ]);
  });
});
