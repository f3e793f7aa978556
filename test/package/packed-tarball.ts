import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { assertBuilt, manifestOf, ROOT } from './manifest.js';

const run = promisify(execFile);

const CACHE = join(ROOT, 'node_modules/.cache/packed');

/** What npm packs besides the `files` of the manifest. */
const ALWAYS = ['package.json', 'README.md', 'LICENSE'];

/** The path of what `npm pack` makes of dist/. Specs share it, also between processes: it is packed anew when a file of it changes. */
export async function packedTarball(): Promise<string> {
  assertBuilt();
  const folder = join(CACHE, await digestOfPackage());
  if (!existsSync(folder)) await packedInto(folder);
  const [name = ''] = await readdir(folder);
  return join(folder, name);
}

/** Another process may do the same at the same time: the first to end is right, and both have packed the same. */
async function packedInto(folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, '.draft-'));
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', draft], { cwd: ROOT });
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await withoutOlderThan(folder);
}

async function withoutOlderThan(folder: string): Promise<void> {
  const others = (await readdir(CACHE)).filter((name) => !name.startsWith('.draft-') && join(CACHE, name) !== folder);
  await Promise.all(others.map((name) => rm(join(CACHE, name), { recursive: true, force: true })));
}

/** Of the names and contents of all files that npm may take. */
async function digestOfPackage(): Promise<string> {
  const { files } = await manifestOf(ROOT);
  const found = await Promise.all([...ALWAYS, ...files].map(filesBelow));
  const hash = createHash('sha256');
  for (const file of found.flat().sort()) hash.update(`${file}\0`).update(await readFile(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

/** The path itself where it is a file. */
async function filesBelow(path: string): Promise<string[]> {
  const whole = join(ROOT, path);
  if ((await stat(whole)).isFile()) return [path];
  const entries = await readdir(whole, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}
