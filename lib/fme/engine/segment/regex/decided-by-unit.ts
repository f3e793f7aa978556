import type { Pattern, Repeat, Unit } from './pattern-tree.js';
import { latinUnits, takesAsciiOnly } from './unit-test.js';

/** The units with which a part can begin and end, and whether it can be empty. */
interface Ends {
  readonly first: readonly Unit[];
  readonly last: readonly Unit[];
  readonly isNullable: boolean;
}

/** Parts with more units than these are not looked at, nor more ways than these: the work grows with their square. */
const MAX_UNITS = 200;
const MAX_WAYS = 16;

const EMPTY: Ends = { first: [], last: [], isNullable: true };

/**
 * Whether, while a part is repeated, the next unit of a text always decides how it goes on: so in `(?:\d+\.)*`, not in `(?:\d+)*`.
 * Then there is one way at most through a piece of text, however long. False also where that is not known.
 */
export function isDecidedByUnit(repeated: Pattern): boolean {
  return new Follows().loop(repeated) !== undefined;
}

/** Each method answers undefined as soon as two ways can be taken by the same unit, or that is not known. */
class Follows {
  /** The units that can come after a unit. */
  private readonly after = new Map<Unit, readonly Unit[]>();
  /** Of each source, which Latin-1 units it takes, in upper case or lower. */
  private readonly latin = new Map<string, readonly boolean[]>();
  private units = 0;

  loop(of: Pattern): Ends | undefined {
    const ends = this.ends(of);
    return ends && !ends.isNullable && this.join(ends.last, ends.first) ? ends : undefined;
  }

  private ends(pattern: Pattern): Ends | undefined {
    switch (pattern.kind) {
      case 'unit':
        this.units += 1;
        return this.units > MAX_UNITS ? undefined : { first: [pattern], last: [pattern], isNullable: false };
      case 'edge':
        return EMPTY; // it only forbids ways
      case 'sequence':
        return pattern.parts.reduce<Ends | undefined>((before, part) => this.oneAfterTheOther(before, part), EMPTY);
      case 'choice':
        return this.oneOrTheOther(pattern.parts);
      case 'repeat':
        return this.repeat(pattern);
      case 'look':
      case 'reference':
        return undefined;
    }
  }

  private oneAfterTheOther(before: Ends | undefined, part: Pattern): Ends | undefined {
    const next = before && this.ends(part);
    if (!next || !this.join(before.last, next.first)) return undefined;
    const first = before.isNullable ? [...before.first, ...next.first] : before.first;
    const last = next.isNullable ? [...before.last, ...next.last] : next.last;
    return this.areDistinct(first) ? { first, last, isNullable: before.isNullable && next.isNullable } : undefined;
  }

  private oneOrTheOther(parts: readonly Pattern[]): Ends | undefined {
    const ends: Ends[] = [];
    for (const part of parts) {
      const each = this.ends(part);
      if (!each) return undefined;
      ends.push(each);
    }
    const first = ends.flatMap((each) => each.first);
    const nullable = ends.filter(({ isNullable }) => isNullable).length;
    if (nullable > 1 || !this.areDistinct(first)) return undefined;
    return { first, last: ends.flatMap((each) => each.last), isNullable: nullable === 1 };
  }

  private repeat({ of, min, max }: Repeat): Ends | undefined {
    if (max === 1) {
      const once = this.ends(of);
      return once && (min === 1 || !once.isNullable)
        ? { ...once, isNullable: min === 0 || once.isNullable }
        : undefined;
    }
    if (max !== Infinity || min > 1) return undefined;
    const loop = this.loop(of);
    return loop && { ...loop, isNullable: min === 0 };
  }

  /** Whether the units that can now come after each of these are still told apart: a unit that could come already is not. */
  private join(units: readonly Unit[], next: readonly Unit[]): boolean {
    return units.every((unit) => {
      const after = [...(this.after.get(unit) ?? []), ...next];
      this.after.set(unit, after);
      return this.areDistinct(after);
    });
  }

  /** Whether no unit of a text is taken by two of them. */
  private areDistinct(units: readonly Unit[]): boolean {
    if (units.length > MAX_WAYS) return false;
    return units.every((unit, i) => !units.slice(0, i).some((other) => this.mayShare(unit.source, other.source)));
  }

  private mayShare(a: string, b: string): boolean {
    if (!takesAsciiOnly(a) && !takesAsciiOnly(b)) return true;
    const other = this.latinOf(b);
    return this.latinOf(a).some((takes, code) => takes && other[code] === true);
  }

  private latinOf(source: string): readonly boolean[] {
    const latin = this.latin.get(source) ?? latinUnits(source, 'i');
    this.latin.set(source, latin);
    return latin;
  }
}
