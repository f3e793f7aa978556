import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { longestWithin } from '../../../lib/fme/engine/segment/regex/backtracking-work.js';
import { BoundedRegex } from '../../../lib/fme/engine/segment/regex/index.js';
import { matchesAnywhere } from '../../../lib/fme/engine/segment/regex/linear-match.js';
import { linearProgram } from '../../../lib/fme/engine/segment/regex/linear-program.js';
import { parsePattern } from '../../../lib/fme/engine/segment/regex/pattern-parser.js';
import { trimmedPattern } from '../../../lib/fme/engine/segment/regex/trimmed-pattern.js';
import type { Property } from '../../fuzz/checked-property.js';
import { backtrackingSteps } from './backtracking.oracle.js';

const units = ['a', 'b', 'c', '1', '-', ' ', '.', '\\d', '\\w', '\\s', '\\W', '[ab]', '[^a]', '[a-c1]', '\\.', '\\-', '[\\w-]', '[]', '[^]', '\\x61', '\\u0062', '\\0', '\\cA', '\\c', 'é', '😀', '\\t', '[\\]a]', '{', '}', ']']; // prettier-ignore
const edges = ['^', '$', '\\b', '\\B', '\\1', '\\2', '\\8', '\\k<n>', '\\07'];
const quantifiers = ['', '', '', '*', '+', '?', '*?', '+?', '{2}', '{0,2}', '{1,}', '{0}'];
const openings = ['(', '(?:', '(?<n>', '(?=', '(?!', '(?<=', '(?<!'];

/** Regular expressions that JavaScript takes, most of them short enough that it is done with a short text. */
const made = fc.letrec<{ pattern: string; term: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie('term'), { maxLength: 4 }), { minLength: 1, maxLength: 2 })
    .map((ways) => ways.map((way) => way.join('')).join('|')),
  term: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(fc.constantFrom(...units), fc.constantFrom(...quantifiers)).map(([unit, quantifier]) => unit + quantifier),
    fc.constantFrom(...edges),
    fc
      .tuple(fc.constantFrom(...openings), tie('pattern'), fc.constantFrom(...quantifiers))
      .map(([opening, inner, quantifier]) => `${opening}${inner})${quantifier}`),
  ),
})).pattern;
const letters = fc.string({ unit: fc.constantFrom(...'ab1^$.*+?()[]{}|\\dwbcxuk<>=!:,-n'), maxLength: 10 });
/** Where it is not the next unit that decides how a repetition goes on. */
const ambiguous = fc.constantFrom('(a+)+', '^(a+)+$', '(a*)*', '(?:a|a)*', '(?:a?b?)*', '(?:a|ab)(?:a|bc)*', '(?:\\w+-?)+', '(?:a+b?)+', '(?:ab?)*(?:ab)*', '(?:[ab]|\\w)+', '(?:a(?:ba)*b?)*', '(?:(?:a|b)+a)*', '(?:.a|b)*', '(?:a?){8}a{4}'); // prettier-ignore
const around = fc
  .tuple(fc.constantFrom('', '^', 'b'), ambiguous, fc.constantFrom('', '$', 'c', '!'))
  .map((parts) => parts.join(''));
const patterns = fc
  .oneof({ arbitrary: made, weight: 3 }, { arbitrary: letters, weight: 1 }, { arbitrary: around, weight: 1 })
  .filter(isPattern);
const texts = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '-', ' ', 'é', '😀', '\n', '.', 'A', '\u0001'),
  maxLength: 9,
});
const flags = fc.constantFrom('' as const, 'i' as const);

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

interface Matched {
  readonly source: string;
  readonly flag: '' | 'i';
  readonly text: string;
}

/** Both matchers say what JavaScript says; a pattern of which one knows nothing has a reference to a group. */
export const matchesAsNative: Property<Matched> = {
  drawn: fc.record({ source: patterns, flag: flags, text: texts }),
  check: ({ source, flag, text }) => {
    const native = new RegExp(source, flag).test(text);
    const pattern = parsePattern(source);
    ok(pattern, 'not understood');
    deepStrictEqual(new RegExp(trimmedPattern(pattern).source, flag).test(text), native, 'trimmed');
    const program = linearProgram(pattern, flag);
    ok(program ?? /\\[1-9]|\\k/.test(source), 'has no program');
    if (program) deepStrictEqual(matchesAnywhere(program, text), native, 'linear');
    const trimmed = linearProgram(trimmedPattern(pattern), flag);
    if (trimmed) deepStrictEqual(matchesAnywhere(trimmed, text), native, 'linear, trimmed');
    const bounded = new BoundedRegex(source, flag);
    if (text.length <= bounded.longest) deepStrictEqual(bounded.test(text), native, 'bounded');
  },
};

/** Texts with which repetitions have the most to choose: a piece over and over. */
const repeated = fc
  .tuple(fc.constantFrom('a', 'b', '1', 'ab', 'aab', 'a-'), fc.nat(150), fc.constantFrom('', '!', 'c', 'ab'))
  .map(([piece, times, end]) => piece.repeat(times) + end);

/** A backtracking matcher is done with the texts that it is given within the steps that it is allowed. */
export const backtracksWithinBound: Property<{ source: string; text: string; allowed: number }> = {
  drawn: fc.record({ source: patterns, text: repeated, allowed: fc.constantFrom(30, 150, 1_000) }),
  check: ({ source, text, allowed }) => {
    const pattern = parsePattern(source);
    ok(pattern, 'not understood');
    const longest = longestWithin(allowed, pattern);
    if (longest > 0) {
      const steps = backtrackingSteps(pattern, text.slice(0, longest), 10 * allowed);
      ok(steps <= allowed, `${steps} steps for ${Math.min(longest, text.length)} units`);
    }
  },
};
