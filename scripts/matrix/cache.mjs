import { existsSync } from 'node:fs';
import { cp, link, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the matrix has installed, and keeps for the next time. Outside the repository. */
export const CACHE =
  process.env.MATRIX_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nestjs-vwo-matrix');

const made = new Map();

/** The folder of this name in the cache. `make` fills it, once: a folder that was not finished is not there. */
export function cached(name, make) {
  if (!made.has(name)) made.set(name, filled(join(CACHE, name), make));
  return made.get(name);
}

async function filled(folder, make) {
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(join(dirname(folder), '.draft-'));
  try {
    await make(draft);
    await rename(draft, folder);
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A folder with the same files, as hard links where nothing writes into them. */
export async function linkedCopy(from, to) {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkedCopy(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (isWritten(entry.name)) await cp(source, target);
    else await link(source, target);
  }
}

/** npm writes its lists in place. */
function isWritten(name) {
  return /^(\.package-lock|package-lock|package)\.json$/.test(name);
}
