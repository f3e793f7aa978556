import { isAnchored, type Pattern, type Repeat } from './pattern-tree.js';
import { unitTest, type UnitTest } from './unit-test.js';

/**
 * A pattern as numbered steps, of which `start` is the first to take. All ways through it are followed at once, so that each step
 * is taken once at most at each place of a text.
 */
export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
  /** Nothing matches that does not begin where the text does. */
  readonly isAnchored: boolean;
}

export type Step = UnitStep | EdgeStep | LookStep | ForkStep | { readonly kind: 'end' };

export interface UnitStep {
  readonly kind: 'unit';
  readonly test: UnitTest;
  readonly next: number;
}

interface EdgeStep {
  readonly kind: 'edge';
  readonly source: string;
  readonly next: number;
}

interface LookStep {
  readonly kind: 'look';
  /** Reads the text backwards when it looks ahead: where it ends is the place from which it is seen. */
  readonly program: Program;
  readonly ahead: boolean;
  readonly negated: boolean;
  readonly next: number;
}

interface ForkStep {
  readonly kind: 'fork';
  readonly next: number;
  readonly other: number;
}

/** Patterns of more steps than these have no program: none that somebody has written is as long. */
const MAX_STEPS = 4_000;

/** How many steps its program has, with those of the programs in it, or more. Undefined: it has none (references to groups, too many steps). */
export function programSize(pattern: Pattern): number | undefined {
  const size = sizeOf(pattern);
  return size <= MAX_STEPS ? size : undefined;
}

/** Undefined where `programSize` is. */
export function linearProgram(pattern: Pattern, flags: string): Program | undefined {
  return programSize(pattern) === undefined ? undefined : programOf(pattern, flags, false);
}

/** With all that is repeated counted as often as it will stand there; NaN and Infinity where that makes no sense. */
function sizeOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'unit':
    case 'edge':
      return 1;
    case 'reference':
      return Infinity;
    case 'look':
      return sizeOf(pattern.of) + 2;
    case 'sequence':
    case 'choice':
      return pattern.parts.reduce((sum, part) => sum + sizeOf(part) + 1, 1);
    case 'repeat':
      return (sizeOf(pattern.of) + 1) * copiesOf(pattern) + 1;
  }
}

/** How often what is repeated stands in the program. */
function copiesOf({ min, max }: Repeat): number {
  return max === Infinity ? min + 1 : max;
}

function programOf(pattern: Pattern, flags: string, backwards: boolean): Program {
  const steps: Step[] = [{ kind: 'end' }];
  const start = new Writer(steps, flags, backwards).write(pattern, 0);
  return { steps, start, isAnchored: !backwards && isAnchored(pattern) };
}

class Writer {
  private readonly tests = new Map<string, UnitTest>();

  constructor(
    private readonly steps: Step[],
    private readonly flags: string,
    private readonly backwards: boolean,
  ) {}

  /** Writes the steps of a pattern, which go on to `next`; the number of the first. */
  write(pattern: Pattern, next: number): number {
    switch (pattern.kind) {
      case 'unit':
        return this.add({ kind: 'unit', test: this.test(pattern.source), next });
      case 'edge':
        return this.add({ kind: 'edge', source: pattern.source, next });
      case 'look': {
        const { ahead, negated, of } = pattern;
        return this.add({ kind: 'look', program: programOf(of, this.flags, ahead), ahead, negated, next });
      }
      case 'sequence':
        return this.inOrder(pattern.parts).reduceRight((then, part) => this.write(part, then), next);
      case 'choice':
        return pattern.parts
          .map((part) => this.write(part, next))
          .reduceRight((other, way) => this.add({ kind: 'fork', next: way, other }));
      case 'repeat':
        return this.repeat(pattern, next);
      case 'reference':
        throw new Error('a reference to a group has no linear program');
    }
  }

  private repeat({ of, min, max }: Repeat, next: number): number {
    let first = next;
    if (max === Infinity) first = this.loop(of, next);
    else for (let i = min; i < max; i++) first = this.add({ kind: 'fork', next: this.write(of, first), other: next });
    for (let i = 0; i < min; i++) first = this.write(of, first);
    return first;
  }

  /** Any number of times: the step that enters it is known before what it leads to. */
  private loop(of: Pattern, next: number): number {
    const at = this.add({ kind: 'end' });
    this.steps[at] = { kind: 'fork', next: this.write(of, at), other: next };
    return at;
  }

  private add(step: Step): number {
    return this.steps.push(step) - 1;
  }

  private inOrder(parts: readonly Pattern[]): readonly Pattern[] {
    return this.backwards ? parts.toReversed() : parts;
  }

  private test(source: string): UnitTest {
    const test = this.tests.get(source) ?? unitTest(source, this.flags);
    this.tests.set(source, test);
    return test;
  }
}
