import { hasReference, isAnchored, type Pattern } from './pattern-tree.js';

/**
 * A pattern that matches the same texts, without what may be left out at its ends: `.*gold.*` asks for `gold`, `.+@.+` for `.@.`.
 * It is less work for a backtracking engine.
 */
export function trimmedPattern(pattern: Pattern): Pattern {
  if (pattern.kind !== 'sequence' || hasReference(pattern)) return pattern;
  const end = trimmedEnd(pattern.parts);
  const parts = isAnchored(pattern) ? end : trimmedEnd(end.toReversed()).toReversed();
  return { kind: 'sequence', source: parts.map(({ source }) => source).join(''), parts };
}

/** Without what is repeated more often than it must be, at the end. */
function trimmedEnd(parts: readonly Pattern[]): readonly Pattern[] {
  const last = parts.at(-1);
  const rest = parts.slice(0, -1);
  if (last?.kind !== 'repeat' || last.min > 1 || last.min === last.max) return parts;
  // In a group: `\x+41` must not become `\x41`.
  return last.min === 0 ? trimmedEnd(rest) : [...rest, { ...last.of, source: `(?:${last.of.source})` }];
}
