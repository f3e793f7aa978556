import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VwoEdge } from '../../dist/esm/entries/edge.js';
import { makeApplication } from './application.mjs';
import { asked, stopped } from './asked.mjs';
import { nodeBinary } from './node-binary.mjs';
import { environment, output, RunningProcess } from './processes.mjs';
import { Redis } from './redis.mjs';
import { SETTINGS } from './settings.mjs';
import { tested } from './tested.mjs';
import { tools } from './tools.mjs';

/** On a busy machine a start, a read or an end that takes long is no fault. */
const PATIENCE = { VWO_START_TIMEOUT: '60000', VWO_STORAGE_TIMEOUT: '10000', VWO_CLOSE_TIMEOUT: '60000' };

/**
 * One cell: its application is made in `folder`, built, started, asked, stopped and tested. `node`: a program instead of the cell's own.
 * Gives what became of each step, the `error` of the one that has failed (those after it are not tried), and the `times` that they took, in ms.
 */
export async function tried(cell, { folder, tarball, node }) {
  const begin = performance.now();
  const steps = {};
  const times = {};
  const step = async (name, work) => {
    const start = performance.now();
    steps[name] = 'failed';
    steps[name] = (await work()) ?? 'ok';
    times[name] = performance.now() - start;
  };
  const ended = (rest) => ({ cell, steps, times, took: performance.now() - begin, ...rest });
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const binary = node ?? (await nodeBinary(cell.node));
    await withServers(folder, (servers) => allSteps(cell, { folder, tarball, node: binary, ...servers }, step));
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

async function allSteps(cell, { folder, tarball, node, redis, edge }, step) {
  const cwd = join(folder, 'application');
  await step('install', () => makeApplication(cwd, cell, tarball));
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

async function started(cell, { folder, cwd, node, redis, edge }, step) {
  const { directory, program } = await whatStarts(cell, { folder, cwd });
  const env = environment(node, {
    ...PATIENCE,
    PORT: '0',
    REDIS_URL: redis.url,
    VWO_ACCOUNT_ID: '123456',
    VWO_SDK_KEY: 'matrix',
    VWO_BASE_URL: edge.url,
  });
  const [command, ...args] = tools[cell.tool].runs({ node, cwd });
  const application = new RunningProcess(command, [...args, program], { cwd: directory, env });
  try {
    let url;
    await step('start', async () => void ([, url] = await application.prints(/listens at (http:\S+)/)));
    await step('http', () => asked(url, redis));
    await step('stop', () => stopped(application, url, redis, edge));
  } finally {
    application.kill('SIGKILL');
  }
}

/** A bundle of everything is started where nothing else is. */
async function whatStarts(cell, { folder, cwd }) {
  const { isOneFile, program } = tools[cell.tool];
  const file = program(cell);
  if (!isOneFile) return { directory: cwd, program: file };
  const directory = join(folder, 'alone');
  const name = file.replaceAll('/', '-');
  await mkdir(directory);
  await copyFile(join(cwd, file), join(directory, name));
  return { directory, program: name };
}
