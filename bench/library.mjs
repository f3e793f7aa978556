/**
 * The build of this library that a process measures: this checkout's, unless `BENCH_LIBRARY` names another package. With
 * `--against`, `otherBuild` brings the build of another checkout beside it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const OTHER = 'nestjs-vwo-other';

/** The environment of a process that measures the other build. */
export const OTHER_BUILD = { BENCH_LIBRARY: OTHER };

const library = process.env.BENCH_LIBRARY ?? 'nestjs-vwo';

/** The environment of a process in which somebody listens to all channels of the library, and does nothing. */
export const HEARD = { BENCH_HEARD: 'all' };

const CHANNELS = ['visit', 'evaluation', 'storage.read', 'storage.write', 'events.post'];
if (process.env.BENCH_HEARD) for (const name of CHANNELS) subscribe(`nestjs-vwo:${name}`, () => undefined);

/** @param subpath `redis`; none: the package itself */
export function load(subpath) {
  return import(subpath ? `${library}/${subpath}` : library);
}

/** Where the package's main module is. */
export function mainModule() {
  return import.meta.resolve(library);
}

/** Copies what was built in another checkout: its own dependencies are those of this directory. A path is relative to where npm was run. */
export function otherBuild(path) {
  const checkout = resolve(process.env.INIT_CWD ?? '.', path);
  if (!existsSync(join(checkout, 'dist')))
    throw new Error(`${checkout} is not built: run \`npm run build\` there first.`);
  const folder = new URL(`node_modules/${OTHER}`, import.meta.url).pathname;
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['dist', 'package.json']) cpSync(join(checkout, part), join(folder, part), { recursive: true });
}

/**
 * The same again for the other build: `ours: decide` becomes `other build: decide`.
 * @param all by name: `{ …, of, env, isNew }`, `of`: the name by which a process knows what to do; `isNew`: earlier builds cannot
 */
export function withOtherBuild(all) {
  const others = Object.entries(all).filter(([name, spec]) => name.startsWith('ours') && !spec.isNew);
  const added = others.map(([name, spec]) => [otherOf(name), { ...spec, of: name, env: OTHER_BUILD }]);
  return { ...all, ...Object.fromEntries(added) };
}

export function otherOf(name) {
  return name.replace(/^ours/, 'other build');
}
