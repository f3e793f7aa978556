import { describe, expect, it } from '@jest/globals';
import { isIn } from './segment.fixture.js';

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
    ['10', '10abc', false],
    ['10', 10, true],
    ['gold', 0, false],
    ['gold', 'gold', true],
    ['v1', 0, false],
    ['1v', 0, false],
    ['gt(1)', 'v2', false],
    ['gt(1)', '2v', false],
    ['gt(1)', '1.2v', false],
    ['lt(1)', 'x', true],
    ['lt(1)', 'v2', true],
    ['lt(1)', '2v', true],
    ['gte(1)', 'x', false],
    ['gt(1.9)', '1.10', false],
    ['regex(1|0)', 0, true],
    ['regex(()', '(', false],
    ['wildcard(*)', 'gold', true],
    ['wildcard(g*d)', 'g*d', true],
    ['wildcard(*ol*)', 'gild', false],
    ['wildcard(go*)', 'ago', false],
    ['wildcard(*ld)', 'elder', false],
    ['lower(gold)', 'GOLD', true],
    ['x lower(gold)', 'gold', false],
    ['x wildcard(gold)', 'gold', false],
    ['x regex(gold)', 'gold', false],
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
