import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { environment, output } from './processes.mjs';

/** The program `node` of a version such as `20.19`: the one at hand, or one of the package that npm has for this platform. */
export async function nodeBinary(version) {
  if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await cached(join('node', version), (draft) => installed(draft, `${name}@${version}`));
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  await access(binary).catch(async () => {
    throw new Error(`${name}@${version} has no ${binary}: ${await readdir(join(folder, 'node_modules'))}`);
  });
  return binary;
}

async function installed(folder, specifier) {
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, specifier];
  await output('npm', args, { cwd: folder, env: environment(process.execPath) });
}
