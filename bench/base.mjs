/** Another commit of this repository, built in a folder of its own, for `--against`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = new URL('..', import.meta.url).pathname;

/**
 * @param named the path of a checkout that is built, or what git knows a commit by
 * @returns where it is built, and what removes it; undefined where there is no such commit
 */
export function baseBuild(named) {
  const path = resolve(process.env.INIT_CWD ?? '.', named);
  if (existsSync(join(path, 'dist'))) return { path, commit: undefined, remove() {} };
  const commit = commitOf(named);
  return commit && built(commit);
}

/** The first characters of its hash. */
export function commitOf(named) {
  try {
    return git('rev-parse', '--short=12', '--verify', '--quiet', `${named}^{commit}`);
  } catch {
    return undefined; // a clone may have the last commit alone
  }
}

function built(commit) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-base-'));
  const path = join(folder, 'checkout');
  const remove = () => {
    git('worktree', 'remove', '--force', path);
    rmSync(folder, { recursive: true });
  };
  git('worktree', 'add', '--detach', '--force', path, commit);
  try {
    if (isSameLock(path)) symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
    run(path, 'npm', 'run', 'build', '--silent'); // installs what its lock file says, where that is not there
    return { path, commit, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function isSameLock(path) {
  const [theirs, ours] = [path, ROOT].map((folder) => readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return theirs === ours;
}

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function run(cwd, program, ...args) {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
