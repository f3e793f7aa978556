/**
 * The matrix: `npm run matrix [-- options]`. Packs the package and installs it into applications as `nest new` makes them; each is built,
 * started, asked over HTTP, stopped and tested. Exit code 1 when a cell fails; its output is printed, and its folder stays.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './cache.mjs';
import { chosen, HELP } from './chosen.mjs';
import { asJson, table, told } from './report.mjs';
import { tried } from './tried.mjs';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

async function packed(folder) {
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT });
  return join(folder, stdout.trim());
}

/** `jobs` cells at a time, in their order. */
async function allTried(cells, jobs, options) {
  const results = [];
  const left = cells.entries();
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (const [i, cell] of left) {
        results[i] = await tried(cell, { ...options, folder: join(CACHE, 'cells', `${process.pid}-${i}`) });
        console.log(told(results[i]));
      }
    }),
  );
  return results;
}

const { cells, jobs, node, json, list, help } = chosen(process.argv.slice(2));
if (help) console.log(HELP);
else if (list) console.log(cells.map(({ name }) => name).join('\n'));
else {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-vwo-matrix-'));
  try {
    const results = await allTried(cells, jobs, { tarball: await packed(folder), node });
    console.log(`\n${table(results)}`);
    if (json) await writeFile(resolve(json), asJson(results));
    if (results.some(({ error }) => error)) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}
