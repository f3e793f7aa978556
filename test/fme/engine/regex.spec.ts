import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asserted } from '../../fuzz/checked-property.js';
import { backtracksWithinBound, matchesAsNative } from './regex.properties.js';
import { isIn, problemsOf } from './segment.fixture.js';

/** Always the same cases: `npm run fuzz` draws others. */
const SEED = 1;

const regex = (pattern: string): unknown => ({ or: [{ custom_variable: { value: `regex(${pattern})` } }] });
const matches = (pattern: string, value: string): boolean => isIn(regex(pattern), { customVariables: { value } });

describe('a regular expression of a segment', () => {
  it('matches what it matches in JavaScript, whichever matcher is asked', () =>
    fc.assert(asserted(matchesAsNative), { seed: SEED, numRuns: 2_000 }));

  it("is given to JavaScript's engine only with texts that are short enough for it to backtrack through", () =>
    fc.assert(asserted(backtracksWithinBound), { seed: SEED, numRuns: 2_000 }));

  // JavaScript's own engine takes longer for each of these than anybody waits: 2 to the power of the length, or its cube.
  describe.each([
    ['repetitions in each other', '^(a+)+$', 'a', 'b'],
    ['the same twice', '^(a|a)*$', 'a', 'b'],
    ['an end that may be anywhere', '(\\w+\\s?)+\\.$', 'ab ', '.'],
    ['many that may be absent', `^${'(a?)'.repeat(30)}${'a'.repeat(30)}b`, 'a', 'b'],
    ['counted', '^(.*a){12}$', 'a', 'b'],
    ['four in a row', '^.*.*.*.*x$', 'a', 'x'],
    ['looking ahead', '^(?=(?:a+)+b).*$', 'a', 'b'],
    ['looking behind', '(?<=^(?:a+)+)b', 'a', 'b'],
  ])('that backtracks for ever: %s', (_what, pattern, piece, last) => {
    const long = piece.repeat(3_000);
    it('is done with a long value, and answers as always', () => {
      const answers = [`${long}!`, `${long}${last}`, piece.repeat(6), `${piece.repeat(4)}${last}`];
      const short = new RegExp(pattern);
      expect([matches(pattern, answers[0] ?? ''), problemsOf(regex(pattern))]).toEqual([false, []]);
      expect(answers.slice(2).map((value) => matches(pattern, value))).toEqual(
        answers.slice(2).map((value) => short.test(value)),
      );
    });
  });

  it('takes values of any length where it does not backtrack', () => {
    const long = 'gold'.repeat(100_000);
    expect(['^gold', 'gold$', '^(?:gold)+$', '.*gold.*'].map((pattern) => matches(pattern, long))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['^silver', 'silver$', '.*silver.*'].map((pattern) => matches(pattern, long))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('with what a group has matched, repeated without end, matches nothing, and is reported', () => {
    expect(matches('^((a+)b?\\2)+$', 'aa')).toBe(false);
    expect(problemsOf(regex('^((a+)b?\\2)+$'))).toEqual([
      '.or[0].custom_variable.value: a regular expression that might never come to an end, so that it matches nothing: "^((a+)b?\\\\2)+$"',
    ]);
  });

  it('with what a group has matched, matches values that are short enough, and is reported where that is short', () => {
    const twice = '(.*)\\1(.*)x';
    expect([matches(twice, 'abab x'), matches(twice, 'x'.repeat(5_000))]).toEqual([true, false]);
    expect(problemsOf(regex(twice))[0]).toMatch(/matches no value of more than \d+ characters/);
    expect(problemsOf(regex('^(a|b)\\1$'))).toEqual([]);
  });

  it('is none when it is longer than 10,000 characters, which is reported', () => {
    expect(matches('a'.repeat(10_001), 'a'.repeat(10_001))).toBe(false);
    expect(problemsOf(regex('a'.repeat(10_001)))).toEqual([expect.stringContaining('no regular expression')]);
  });

  it('outlives a value for whose groups JavaScript has no room', () => {
    expect(matches(`${'('.repeat(100)}a${')'.repeat(100)}*b`, 'a'.repeat(3_000_000))).toBe(false);
  });
});

describe('a wildcard of a device', () => {
  const browser = { _vwo: { userAgent: { browser_string: `${'a'.repeat(20_000)}!` } }, userAgent: 'any' };

  it('that backtracks for ever is done with a long name', () => {
    expect(isIn({ or: [{ browser_string: 'wildcard(^(a+)+$)' }] }, browser)).toBe(false);
    expect(isIn({ or: [{ browser_string: 'wildcard(*A*!*)' }] }, browser)).toBe(true);
  });
});
