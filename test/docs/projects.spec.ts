import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storageContract } from '../../lib/entries/contract.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { TIMEOUT_MS } from '../common/waiting.js';
import { manifestOf } from '../package/manifest.js';
import { PackedPackage, type Project } from '../package/packed-package.js';
import { ROOT } from './code-blocks.js';
import { projects } from './project-files.js';

/** What the projects of the page have installed, and the commands of that. */
const INSTALLED = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/testing',
  'reflect-metadata',
  'rxjs',
  'supertest',
  '@types/supertest',
  '@types/node',
  'typescript',
  'vitest',
  'jest',
  '@jest/globals',
  'expect',
  '@swc/jest',
  '@swc/core',
  '.bin',
];

let packed: PackedPackage;
beforeAll(async () => void (packed = await PackedPackage.pack()));
afterAll(() => packed.remove());

describe('a project of the page has tests that pass: its own four, and all of the contract', () => {
  it.each([...projects()])('%s', async (_heading, files) => {
    const { dependencies } = await manifestOf(ROOT);
    const project = await packed.linkedWith(...INSTALLED, ...Object.keys(dependencies));
    for (const { file, text } of files) await project.write(file, text);
    const { code, out } = await npmTest(project);
    expect({ code, passed: passedIn(out), out }).toEqual({ code: 0, passed: 4 + promises(), out });
  });

  it('there is one for each runner', () => {
    expect([...projects().keys()]).toEqual(['Vitest', 'Jest', 'node:test']);
  });
});

function promises(): number {
  let count = 0;
  storageContract(
    () => (count += 1),
    () => new MemoryStorage(),
  );
  return count;
}

/** Each runner says it in its own words: `41 passed`, `pass 41`. */
function passedIn(out: string): number {
  const [, first, second] = /Tests:?\s+(\d+) passed|\bpass (\d+)/.exec(out) ?? [];
  return Number(first ?? second);
}

/** What it prints, without colours. */
function npmTest({ directory }: Project): Promise<{ code: number | null; out: string }> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1' };
  return new Promise((resolve) => {
    const options = { cwd: directory, timeout: 2 * TIMEOUT_MS, env };
    const child = execFile('npm', ['test'], options, (_error, out, error) =>
      resolve({ code: child.exitCode, out: `${out}${error}` }),
    );
  });
}
