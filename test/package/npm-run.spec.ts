import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manifestOf, ROOT } from './manifest.js';

/** In place of each script: starts Node as they do. It ends by SIGTERM, and by itself after 20 s. */
const STAND_IN = `exec node -e "
  process.on('SIGTERM', () => { console.log('ended'); process.exit(0); });
  setTimeout(() => {}, 20_000);
  console.log('up');"`;

const { scripts } = await manifestOf(ROOT);
const OWN = Object.entries(scripts).flatMap(([name, line]) => {
  const script = /\bscripts\/[\w-]+\.sh\b/.exec(line)?.[0];
  return script === undefined ? [] : [{ name, script }];
});

describe('npm run', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'npm-run-'));
    await mkdir(join(folder, 'scripts'));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'npm-run', private: true, scripts }));
    await Promise.all(OWN.map(({ script }) => writeFile(join(folder, script), STAND_IN)));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(OWN)('$name, ended by SIGTERM, ends what it started', async ({ name }) => {
    const npm = spawn('npm', ['run', '--silent', name], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    await says(npm, 'up');
    npm.kill('SIGTERM');
    await expect(says(npm, 'ended')).resolves.toBeUndefined();
  });
});

/** Rejects where npm ends without having said so. */
function says(npm: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    npm.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes(word) && resolve());
    npm.once('close', () => reject(new Error(`npm has ended without "${word}"`)));
  });
}
