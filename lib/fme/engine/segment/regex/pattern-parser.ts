import type { Pattern } from './pattern-tree.js';

/** Deeper groups are not understood: the stack has an end. */
const MAX_DEPTH = 100;

const QUANTIFIER = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;
const GROUP = /\((?:\?(?::|<?[=!]|<[^>]*>))?/y;
/** `\c` without a letter is a backslash, and the `c` stands for itself. */
const ESCAPE = /\\(?:c[a-zA-Z]|c|x[\da-fA-F]{2}|u[\da-fA-F]{4}|[0-3][0-7]{0,2}|[4-7][0-7]?|[^])/y;
const REFERENCE = /\\([1-9]\d*)/y;
const NAMED_REFERENCE = /\\k<[^>]*>/y;
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/y;

/** Reads a pattern that JavaScript accepts, without the flags `u` and `v`. Undefined: it has something that is not understood here. */
export function parsePattern(source: string): Pattern | undefined {
  try {
    return new PatternParser(source).whole();
  } catch (error) {
    if (error === NOT_UNDERSTOOD) return undefined;
    throw error;
  }
}

const NOT_UNDERSTOOD = new Error('a regular expression that is not understood');

class PatternParser {
  private at = 0;
  private readonly groups: number;
  private readonly hasNames: boolean;

  constructor(private readonly source: string) {
    const plain = source.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]/g, 'x'); // what is in classes and escapes opens no group
    const groups = plain.match(/\((?!\?)|\(\?<(?![=!])/g) ?? [];
    this.groups = groups.length;
    this.hasNames = groups.some((group) => group !== '(');
  }

  whole(): Pattern {
    const pattern = this.choice(0);
    if (this.at < this.source.length) throw NOT_UNDERSTOOD;
    return pattern;
  }

  private choice(depth: number): Pattern {
    if (depth > MAX_DEPTH) throw NOT_UNDERSTOOD;
    const from = this.at;
    const parts = [this.sequence(depth)];
    while (this.takes('|')) parts.push(this.sequence(depth));
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', source: this.textFrom(from), parts };
  }

  private sequence(depth: number): Pattern {
    const from = this.at;
    const parts: Pattern[] = [];
    while (this.at < this.source.length && this.next !== '|' && this.next !== ')') parts.push(this.term(depth));
    return { kind: 'sequence', source: this.textFrom(from), parts };
  }

  private term(depth: number): Pattern {
    const from = this.at;
    const of = this.atom(depth);
    const quantifier = this.match(QUANTIFIER);
    if (!quantifier) return of;
    const source = this.textFrom(from);
    const [text, least = '', comma, most] = quantifier;
    if (text.startsWith('*')) return { kind: 'repeat', source, of, min: 0, max: Infinity };
    if (text.startsWith('+')) return { kind: 'repeat', source, of, min: 1, max: Infinity };
    if (text.startsWith('?')) return { kind: 'repeat', source, of, min: 0, max: 1 };
    const min = Number(least);
    return { kind: 'repeat', source, of, min, max: most ? Number(most) : comma ? Infinity : min };
  }

  private atom(depth: number): Pattern {
    const { next } = this;
    if (next === '(') return this.group(depth);
    if (next === '\\') return this.escape();
    if (next === '[') return { kind: 'unit', source: this.match(CLASS)?.[0] ?? refuse() };
    return { kind: next === '^' || next === '$' ? 'edge' : 'unit', source: this.take(1) };
  }

  private group(depth: number): Pattern {
    const from = this.at;
    const opening = this.match(GROUP)?.[0] ?? '';
    if (opening === '(' && this.next === '?') throw NOT_UNDERSTOOD;
    const of = this.choice(depth + 1);
    if (!this.takes(')')) throw NOT_UNDERSTOOD;
    const source = this.textFrom(from);
    if (!/[=!]$/.test(opening)) return { ...of, source };
    return { kind: 'look', source, of, ahead: !opening.includes('<'), negated: opening.endsWith('!') };
  }

  private escape(): Pattern {
    const from = this.at;
    const [source, number] = this.match(REFERENCE) ?? (this.hasNames ? this.match(NAMED_REFERENCE) : undefined) ?? [''];
    if (source !== '' && (number === undefined || Number(number) <= this.groups)) return { kind: 'reference', source };
    this.at = from;
    const text = this.match(ESCAPE)?.[0] ?? refuse();
    if (text === '\\b' || text === '\\B') return { kind: 'edge', source: text };
    if (text !== '\\c') return { kind: 'unit', source: text };
    this.at -= 1;
    return { kind: 'unit', source: '\\\\' };
  }

  private get next(): string | undefined {
    return this.source[this.at];
  }

  private take(length: number): string {
    this.at += length;
    return this.source.slice(this.at - length, this.at);
  }

  private takes(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source) ?? undefined;
    this.at += found?.[0].length ?? 0;
    return found;
  }

  private textFrom(from: number): string {
    return this.source.slice(from, this.at);
  }
}

function refuse(): never {
  throw NOT_UNDERSTOOD;
}
