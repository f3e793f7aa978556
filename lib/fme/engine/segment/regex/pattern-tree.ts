/**
 * A regular expression as far as it matters whether it matches, and how much work that is: groups are what is in them, and lazy
 * is greedy. `source` is its text, of which it can be put together again.
 */
export type Pattern = Unit | Edge | Reference | Sequence | Choice | Repeat | Look;

/** Exactly one UTF-16 code unit: a character, an escape, a class, a dot. */
export interface Unit {
  readonly kind: 'unit';
  readonly source: string;
}

/** A place between two units: `^`, `$`, `\b`, `\B`. */
interface Edge {
  readonly kind: 'edge';
  readonly source: string;
}

/** What a group has matched, once more: `\1`, `\k<name>`. */
interface Reference {
  readonly kind: 'reference';
  readonly source: string;
}

interface Sequence {
  readonly kind: 'sequence';
  readonly source: string;
  readonly parts: readonly Pattern[];
}

interface Choice {
  readonly kind: 'choice';
  readonly source: string;
  readonly parts: readonly Pattern[];
}

export interface Repeat {
  readonly kind: 'repeat';
  readonly source: string;
  readonly of: Pattern;
  readonly min: number;
  /** `Infinity` for `*` and `+`. */
  readonly max: number;
}

/** What must, or must not, stand after or before a place. */
export interface Look {
  readonly kind: 'look';
  readonly source: string;
  readonly of: Pattern;
  readonly ahead: boolean;
  readonly negated: boolean;
}

/** Whether it can match only at the beginning of the text. */
export function isAnchored(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'edge':
      return pattern.source === '^';
    case 'sequence':
      return pattern.parts[0] !== undefined && isAnchored(pattern.parts[0]);
    case 'choice':
      return pattern.parts.every(isAnchored);
    case 'unit':
    case 'reference':
    case 'repeat':
    case 'look':
      return false;
  }
}

export function hasReference(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'reference':
      return true;
    case 'sequence':
    case 'choice':
      return pattern.parts.some(hasReference);
    case 'repeat':
    case 'look':
      return hasReference(pattern.of);
    case 'unit':
    case 'edge':
      return false;
  }
}
