import { describe, expect, it } from '@jest/globals';
import { gatewayQuestions } from '../../../lib/fme/engine/index.js';
import { accountOf, user } from './account.fixture.js';
import { isIn, problemsOf } from './segment.fixture.js';

const variable = (value: unknown): unknown => ({ or: [{ custom_variable: { value } }] });

// With work that grows with the square of the size, each of these takes minutes.
describe('what is large in settings, or in what they are compared with,', () => {
  it.each([
    ['a version of a million parts', '1.2', '1.'.repeat(1_000_000), false],
    ['a version of eight million parts and a letter', '1.2', `${'1.'.repeat(8_000_000)}x`, false],
    ['the very version', '1.'.repeat(100_000) + '1', '1.'.repeat(100_000) + '1', true],
    ['an order of versions', 'gt(1.2)', '1.'.repeat(1_000_000), false],
    ['a part of a text', `wildcard(*${'ab'.repeat(1_000)}*)`, 'ab'.repeat(999).repeat(500), true],
    ['capital letters', `lower(${'a'.repeat(1_000_000)})`, 'A'.repeat(1_000_000), true],
  ])('is compared in time: %s', (_what, wanted, value, expected) => {
    expect(isIn(variable(wanted), { customVariables: { value } })).toBe(expected);
  });

  it('lists a hundred thousand users', () => {
    const list = { or: [{ user: Array.from({ length: 100_000 }, (_, i) => `user-${i}`).join(', ') }] };
    expect(isIn(list)).toBe(false);
    expect(isIn({ or: [{ user: `${list.or[0]?.user}, ann` }] })).toBe(true);
  });

  it('asks for a hundred thousand devices, each in a place of its own', () => {
    const devices = { or: Array.from({ length: 100_000 }, (_, i) => ({ os: [`os-${i}`] })) };
    const details = (os: string) => ({ userAgent: 'any', _vwo: { userAgent: { os } } });
    expect([isIn(devices, details('os-99999')), isIn(devices, details('os-100000'))]).toEqual([true, false]);
  });

  it('begins many lists and ends none', () => {
    expect(problemsOf(variable('inlist('.repeat(300_000)))).toEqual([expect.stringContaining('no list in')]);
    const many = Array.from({ length: 5_000 }, () => variable('x'));
    const segments = { or: [...many, variable(`${'inlist( '.repeat(30_000)})`)] };
    const { lists } = gatewayQuestions(
      accountOf({ f: [{ id: 1, segments }] }),
      user('ann', { customVariables: { value: 'x' } }),
    );
    expect(lists).toHaveLength(1);
  });
});
