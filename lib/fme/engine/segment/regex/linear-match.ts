import type { Program, Step, UnitStep } from './linear-program.js';

/** Whether a program matches anywhere in a text. Work: the steps of the program, times the units of the text. */
export function matchesAnywhere(program: Program, text: string): boolean {
  return run(program, text, false, () => true);
}

/** The places of a text at which a program that began before them, or behind them when it reads backwards, gets to its end. */
function ends(program: Program, text: string, backwards: boolean): readonly boolean[] {
  const found: boolean[] = new Array<boolean>(text.length + 1).fill(false);
  run(program, text, backwards, (place) => {
    found[place] = true;
    return false;
  });
  return found;
}

const END: Step = { kind: 'end' };

/** Which places each of the steps that look around allows. */
function looksOf(steps: readonly Step[], text: string): ReadonlyMap<Step, readonly boolean[]> {
  const looks = new Map<Step, readonly boolean[]>();
  for (const step of steps) if (step.kind === 'look') looks.set(step, ends(step.program, text, step.ahead));
  return looks;
}

/**
 * Follows all ways through a program at once, from every place of the text on. `reached` hears of the places where its end is
 * reached, and says whether that is enough.
 */
function run(program: Program, text: string, backwards: boolean, reached: (place: number) => boolean): boolean {
  const { steps, start, isAnchored } = program;
  const looks = looksOf(steps, text);
  const seenAt = new Int32Array(steps.length).fill(-1);
  const open: number[] = [];
  let units: UnitStep[] = [];
  let next: UnitStep[] = [];
  let isEnd = false;

  /** Goes on from a step to all that can be got to at this place of the text. */
  const follow = (from: number, place: number, to: UnitStep[]): void => {
    open.push(from);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seenAt[at] === place) continue;
      seenAt[at] = place;
      const step = steps[at] ?? END;
      switch (step.kind) {
        case 'unit':
          to.push(step);
          break;
        case 'fork':
          open.push(step.other, step.next);
          break;
        case 'edge':
          if (isEdge(step.source, text, place)) open.push(step.next);
          break;
        case 'look':
          if (looks.get(step)?.[place] !== step.negated) open.push(step.next);
          break;
        case 'end':
          isEnd = true;
      }
    }
  };

  for (let i = 0; ; i++) {
    const place = backwards ? text.length - i : i;
    if (!isAnchored || i === 0) follow(start, place, units);
    if (isEnd && reached(place)) return true;
    if (i === text.length || (isAnchored && units.length === 0)) return false;
    isEnd = false;
    const code = text.charCodeAt(backwards ? place - 1 : place);
    for (const { test, next: then } of units) if (test(code)) follow(then, backwards ? place - 1 : place + 1, next);
    [units, next] = [next, units];
    next.length = 0;
  }
}

function isEdge(source: string, text: string, place: number): boolean {
  switch (source) {
    case '^':
      return place === 0;
    case '$':
      return place === text.length;
    default:
      return (isWord(text, place - 1) !== isWord(text, place)) === (source === '\\b');
  }
}

function isWord(text: string, at: number): boolean {
  return WORD.test(text.charAt(at));
}

const WORD = /\w/;
