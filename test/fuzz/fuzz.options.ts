import { parseArgs } from 'node:util';

export interface FuzzOptions {
  readonly minutes: number;
  /** Of the first round; later rounds count on from it. */
  readonly seed: number;
  /** These cases of the seed and no others, first and last. */
  readonly cases: readonly [first: number, last: number] | undefined;
  /** A kept case: the path of its file. */
  readonly file: string | undefined;
  /** Keeps the case without trying it. */
  readonly keeps: boolean;
  /** The names of the targets; empty: all. */
  readonly targets: readonly string[];
}

export const USAGE = `npm run fuzz [-- --minutes N] [--seed S] [--target NAME …] [--case N [--keep] | --case FIRST-LAST] [--file PATH]

  --minutes  how long to draw cases; default 1
  --seed     of the first round; default: drawn and printed
  --target   one kind of cases, may be given several times; default: all in turn
  --case     only this case, or these, of --seed and one --target
  --keep     only keeps that case as a file, without trying it
  --file     tries a case that was kept

VWO_SDK=PATH compares with the package of VWO's FME SDK at that path instead of the installed one.`;

/** Throws where the arguments make no sense. */
export function fuzzOptionsOf(args: readonly string[]): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      case: { type: 'string' },
      keep: { type: 'boolean', default: false },
      file: { type: 'string' },
      target: { type: 'string', multiple: true, default: [] },
    },
  });
  const cases = values.case === undefined ? undefined : casesOf(values.case);
  if (cases && values.target.length !== 1) throw new Error('--case needs --seed and one --target');
  if (values.keep && cases?.[0] !== cases?.[1]) throw new Error('--keep needs one --case');
  if (values.keep && !cases) throw new Error('--keep needs --case');
  return {
    file: values.file,
    keeps: values.keep,
    minutes: number('--minutes', values.minutes),
    seed: number('--seed', values.seed),
    cases,
    targets: values.target,
  };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`${name} must be a number from 0 on, got ${text}`);
  return value;
}

function casesOf(text: string): readonly [number, number] {
  const [first = '', last = first] = text.split('-');
  return [number('--case', first), number('--case', last)];
}
