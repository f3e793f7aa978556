import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import { TIMEOUT_MS } from './waiting.js';

const ROOT = join(import.meta.dirname, '../..');

/** Of `test/`: these are there as `lib/held-clock.js` and so on. */
const CLOCKS = ['moved-clock.ts', 'held-clock.ts'];

/** `lib/` as JavaScript, for processes that a test starts: what a process does at its end shows in a real one only. */
export interface BuiltLib {
  readonly folder: string;
  /** Runs a module that may import `lib/…`; resolves when the process has ended by itself. */
  run(source: string): Promise<{ code: number | null; out: string; error: string }>;
  remove(): Promise<void>;
}

export async function buildLib(): Promise<BuiltLib> {
  // Below node_modules, so that the packages which lib/ imports are found.
  await mkdir(join(ROOT, 'node_modules/.cache'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'node_modules/.cache/lib-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const files = await readdir(join(ROOT, 'lib'), { recursive: true });
  const sources = files.filter((file) => file.endsWith('.ts'));
  await Promise.all([
    ...sources.map((file) => translate(join(ROOT, 'lib', file), join(folder, file))),
    ...CLOCKS.map((file) => translate(join(import.meta.dirname, file), join(folder, file))),
  ]);
  return {
    folder,
    run: (source) => run(source.replaceAll("'lib/", `'${pathToFileURL(folder).href}/`)),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function translate(file: string, target: string): Promise<void> {
  const source = await readFile(file, 'utf8');
  const { code } = await transform(source, {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type: 'es6' },
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target.replace(/\.ts$/, '.js'), code);
}

/** A process that does not end is killed: `code` is null then. */
function run(source: string): Promise<{ code: number | null; out: string; error: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '--eval', source],
      { timeout: TIMEOUT_MS, env: { PATH: process.env.PATH } },
      (_error, out, error) => resolve({ code: child.exitCode, out, error }),
    );
  });
}
