import { longestWithin } from './backtracking-work.js';
import { matchesAnywhere } from './linear-match.js';
import { linearProgram, type Program, programSize } from './linear-program.js';
import { parsePattern } from './pattern-parser.js';
import type { Pattern } from './pattern-tree.js';
import { trimmedPattern } from './trimmed-pattern.js';

/** How many steps a match may take, by either matcher: some milliseconds by JavaScript's engine, 50 by ours. */
const NATIVE_STEPS = 10_000_000;
const OUR_STEPS = 2_000_000;

/** Patterns that are longer, in UTF-16 code units, are refused. */
const MAX_LENGTH = 10_000;

/**
 * A regular expression of JavaScript's that no text keeps busy. Texts for which JavaScript's own engine is quick, whatever is in
 * them, are given to it; longer ones, and all where the pattern may backtrack for ever, to a matcher whose work grows with the
 * length of the text only.
 */
export class BoundedRegex {
  /** The longest text that can match, in UTF-16 code units: longer ones do not. */
  readonly longest: number;
  readonly #native: RegExp;
  readonly #pattern: Pattern | undefined;
  /** The longest text for JavaScript's engine, in UTF-16 code units. */
  readonly #short: number;
  #program: Program | undefined;

  /** Throws where JavaScript makes no pattern of it, and where it is too long. */
  constructor(
    source: string,
    private readonly flags: '' | 'i' = '',
  ) {
    if (source.length > MAX_LENGTH) throw new RangeError(`longer than ${MAX_LENGTH} characters`);
    new RegExp(source, flags);
    const parsed = parsePattern(source);
    this.#pattern = parsed && trimmedPattern(parsed);
    this.#native = new RegExp(this.#pattern?.source ?? source, flags);
    this.#short = this.#pattern ? longestWithin(NATIVE_STEPS, this.#pattern) : 0;
    const size = this.#pattern && programSize(this.#pattern);
    this.longest = Math.max(this.#short, size === undefined ? 0 : Math.floor(OUR_STEPS / size));
  }

  test(text: string): boolean {
    if (text.length <= this.#short) return this.matchesNatively(text);
    return text.length <= this.longest && this.matchesLinearly(text);
  }

  private matchesNatively(text: string): boolean {
    try {
      return this.#native.test(text);
    } catch {
      return false; // so long, and with so many groups, that JavaScript's engine has no room for them
    }
  }

  private matchesLinearly(text: string): boolean {
    // Made when it is needed first: most patterns meet short texts only.
    this.#program ??= this.#pattern && linearProgram(this.#pattern, this.flags);
    return this.#program !== undefined && matchesAnywhere(this.#program, text);
  }
}
