import { isAnchored, type Pattern } from '../../../lib/fme/engine/segment/regex/pattern-tree.js';

/** What is left to match after a part, from a place of the text on. */
type Rest = (place: number) => boolean;

/**
 * How often a plain backtracking matcher looks at a unit or an edge before it has tried all ways through a pattern, from every place
 * of a text: it never matches, so that it tries them all. Stops counting at `most`. Groups are not kept: a reference to one takes
 * any text.
 */
export function backtrackingSteps(pattern: Pattern, text: string, most: number): number {
  let steps = 0;
  const tried = (): void => {
    steps += 1;
    if (steps > most) throw STOP;
  };
  const takes = new Map<string, RegExp>();

  const walk = (part: Pattern, place: number, rest: Rest): boolean => {
    switch (part.kind) {
      case 'unit': {
        tried();
        const unit = takes.get(part.source) ?? new RegExp(part.source);
        takes.set(part.source, unit);
        return place < text.length && unit.test(text[place] ?? '') && rest(place + 1);
      }
      case 'edge':
        tried();
        return isEdge(part.source, text, place) && rest(place);
      case 'reference': {
        tried();
        return rest(place);
      }
      case 'sequence':
        return part.parts.reduceRight<Rest>((then, each) => (at) => walk(each, at, then), rest)(place);
      case 'choice':
        return part.parts.some((each) => walk(each, place, rest));
      case 'look':
        // Backwards or forwards costs the same; inside, the first way that matches is enough.
        return walk(part.of, place, () => true) !== part.negated && rest(place);
      case 'repeat': {
        const times = (count: number, at: number): boolean => {
          if (count < part.min) return walk(part.of, at, (then) => times(count + 1, then));
          const again = count < part.max && walk(part.of, at, (then) => then > at && times(count + 1, then));
          return again || rest(at);
        };
        return times(0, place);
      }
    }
  };

  try {
    const last = isAnchored(pattern) ? 0 : text.length; // anchored ones fail at once everywhere else
    for (let start = 0; start <= last; start++) walk(pattern, start, () => false);
  } catch (error) {
    if (error !== STOP) throw error;
  }
  return steps;
}

const STOP = new Error('too many steps');

function isEdge(source: string, text: string, place: number): boolean {
  if (source === '^') return place === 0;
  if (source === '$') return place === text.length;
  const isWord = (at: number): boolean => /\w/.test(text.charAt(at));
  return (isWord(place - 1) !== isWord(place)) === (source === '\\b');
}
