import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VwoEdge } from '../../dist/esm/entries/edge.js';
import { makeApplication } from './application.mjs';
import { nodeBinary } from './node-binary.mjs';
import { environment, output } from './processes.mjs';
import { Redis } from './redis.mjs';
import { SETTINGS } from './settings.mjs';
import { PATIENCE, started } from './started.mjs';
import { tested } from './tested.mjs';
import { tools } from './tools.mjs';

/**
 * One cell: its application is made in `folder`, built, started, asked, stopped and tested. `node`: a program instead of the cell's own.
 * Gives the `versions` that were there, what became of each step, the `error` of the one that has failed (those after it are not tried), and the `times` that they took, in ms.
 */
export async function tried(cell, { folder, tarball, node }) {
  const begin = performance.now();
  const steps = {};
  const times = {};
  const versions = { node: cell.node, nest: cell.nest, client: cell.client };
  const step = async (name, work) => {
    const start = performance.now();
    steps[name] = 'failed';
    steps[name] = (await work()) ?? 'ok';
    times[name] = performance.now() - start;
  };
  const ended = (rest) => ({ cell, versions, steps, times, took: performance.now() - begin, ...rest });
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const binary = node ?? (await nodeBinary(cell.node));
    const place = { folder, cwd: join(folder, 'application'), node: binary };
    await withServers(folder, async (servers) => {
      await step('install', () => makeApplication(place.cwd, cell, tarball));
      Object.assign(versions, await installedVersions(cell, place));
      await stepsAfterInstall(cell, { ...place, ...servers }, step);
    });
    await rm(folder, { recursive: true });
    return ended({});
  } catch (error) {
    return ended({ error, folder });
  }
}

async function withServers(folder, work) {
  const redis = await Redis.start(folder);
  try {
    const edge = await VwoEdge.start({ settings: SETTINGS });
    await work({ redis, edge }).finally(() => edge.close());
  } finally {
    await redis.stop();
  }
}

async function installedVersions(cell, { cwd, node }) {
  const version = async (name) =>
    JSON.parse(await readFile(join(cwd, 'node_modules', name, 'package.json'), 'utf8')).version;
  const [client] = cell.client.split(' ');
  return {
    node: (await output(node, ['-p', 'process.versions.node'], { cwd, env: environment(node) })).trim(),
    nest: await version('@nestjs/core'),
    client: `${client} ${await version(client)}`,
  };
}

async function stepsAfterInstall(cell, { folder, cwd, node, redis, edge }, step) {
  const env = environment(node, { ...PATIENCE, REDIS_URL: redis.url });
  await step('build', () => built(cell, { cwd, env }));
  await started(cell, { folder, cwd, node, redis, edge }, step);
  for (const kind of ['unit', 'e2e']) await step(kind, () => tested(kind, cell, { cwd, env, node }));
}

/** The flags are typed first, by the command of the package: a misspelt one is an error of the build. */
async function built(cell, options) {
  await writeFile(join(options.cwd, 'vwo-settings.json'), JSON.stringify(SETTINGS));
  await output('npx', ['nestjs-vwo', 'types', '--settings', 'vwo-settings.json'], options);
  for (const [command, ...args] of tools[cell.tool].build(cell)) await output(command, args, options);
}
