import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const known = new Map<string, boolean>();

/** Whether a file belongs to this package, of whichever copy and however it is linked. */
export function isOurs(file: string): boolean {
  const folder = dirname(file);
  const found = known.get(folder);
  if (found !== undefined) return found;
  const ours = nameOfPackage(folder) === 'nestjs-vwo';
  known.set(folder, ours);
  return ours;
}

/** By the nearest manifest that has a name: one without says only of which form the modules below are. */
function nameOfPackage(folder: string): unknown {
  const manifest = join(folder, 'package.json');
  const name = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name
    : undefined;
  if (name !== undefined) return name;
  const parent = dirname(folder);
  return parent === folder ? undefined : nameOfPackage(parent);
}
