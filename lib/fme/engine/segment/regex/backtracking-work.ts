import { isDecidedByUnit } from './decided-by-unit.js';
import { isAnchored, type Pattern, type Repeat } from './pattern-tree.js';

/**
 * How the work of a backtracking engine grows with the length `n` of a text: its steps are at most `size * ways`, times the number
 * of ways to choose `power` places, in order, among those of the text: `(n + power) ** power / power!`, or less.
 */
interface Work {
  /** How many units and edges stand in it, what is repeated a fixed number of times counted as often. */
  readonly size: number;
  /** How many ways there are through it for each choice of the places at which its repetitions end. */
  readonly ways: number;
  /** At how many places of the text it may choose freely. */
  readonly power: number;
}

/** With more free choices than these, no text is short enough. */
const MAX_POWER = 20;

/** A range of counts up to this is counted out; a greater one counts as a free choice. */
const FEW = 32;

/**
 * The longest text that a backtracking engine matches in this many steps at most, however it is made. Never too long: the bound
 * counts every way through the pattern, also those that no text can make it take.
 */
export function longestWithin(steps: number, pattern: Pattern): number {
  const { size, ways, power: inside } = workOf(pattern);
  const power = inside + (isAnchored(pattern) ? 0 : 1);
  const each = size * ways;
  if (power === 0) return each <= steps ? Infinity : 0;
  if (power > MAX_POWER) return 0;
  return Math.max(0, Math.floor(((steps / each) * factorial(power)) ** (1 / power)) - power);
}

function workOf(pattern: Pattern): Work {
  switch (pattern.kind) {
    case 'unit':
    case 'edge':
      return { size: 1, ways: 1, power: 0 };
    case 'reference':
      return { size: 1, ways: 1, power: 1 }; // compared unit by unit
    case 'look':
      return workOf(pattern.of);
    case 'sequence':
      return pattern.parts.map(workOf).reduce(oneAfterTheOther, { size: 1, ways: 1, power: 0 });
    case 'choice':
      return pattern.parts.map(workOf).reduce(oneOrTheOther, { size: 1, ways: 0, power: 0 });
    case 'repeat':
      return repeated(pattern, workOf(pattern.of));
  }
}

function repeated({ of, min, max }: Repeat, once: Work): Work {
  const most = max === Infinity ? min + 1 : max;
  const size = 1 + once.size * most;
  const isOneWay = once.ways <= 1 && once.power === 0;
  if (isOneWay && max - min >= FEW) return { size, ways: 1, power: 1 };
  if (isOneWay) return { size, ways: max - min + 1, power: 0 };
  if (max > 1 && isDecidedByUnit(of)) return { size, ways: 1, power: 1 };
  if (max === Infinity) return { size, ways: Infinity, power: 0 };
  return { size, ways: (max - min + 1) * once.ways ** max, power: once.power * max };
}

function oneAfterTheOther(a: Work, b: Work): Work {
  return { size: a.size + b.size, ways: a.ways * b.ways, power: a.power + b.power };
}

function oneOrTheOther(a: Work, b: Work): Work {
  return { size: a.size + b.size, ways: a.ways + b.ways, power: Math.max(a.power, b.power) };
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
