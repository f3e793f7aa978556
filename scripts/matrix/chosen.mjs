import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cells, shortCells } from './cells.mjs';

export const HELP = `npm run matrix -- [options]

  --only TEXT     cells whose name has this text, such as "nest 12 esm" or "redis 5"; may be given several times: all must be there
  --short         four cells, on the Node at hand: what CI runs
  --node PATH     this program in place of the cells' own Node
  --jobs NUMBER   how many cells at a time; one per two processors by default
  --json FILE     the results for other programs
  --list          the names of the cells, and nothing else

What it installs is kept in ~/.cache/nestjs-vwo-matrix, or where MATRIX_CACHE says. Delete that folder for the newest versions of NestJS.`;

/** What the arguments ask for. Throws at an argument that is not known, or when no cell fits. */
export function chosen(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      short: { type: 'boolean', default: false },
      node: { type: 'string' },
      jobs: { type: 'string', default: String(Math.max(1, Math.floor(availableParallelism() / 2))) },
      json: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const found = (values.short ? shortCells : cells).filter(({ name }) =>
    values.only.every((text) => name.includes(text)),
  );
  if (found.length === 0) throw new Error(`No cell has ${values.only.join(' and ')} in its name. All names: --list`);
  return { ...values, cells: found, jobs: jobsOf(values.jobs), node: values.node && resolve(values.node) };
}

function jobsOf(text) {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs > 0) return jobs;
  throw new Error(`--jobs must be a whole number of 1 or more, got ${text}`);
}
