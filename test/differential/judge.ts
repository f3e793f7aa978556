import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';

const require = createRequire(import.meta.url);

type Sdk = Pick<typeof import('vwo-fme-node-sdk'), 'init'>;

/** VWO's SDK that our decisions are compared with: the one that is installed, or another at `VWO_SDK=<path of its package>`. */
export interface Judge extends Sdk {
  /** E.g. `1.35.0`. */
  readonly version: string;
}

export const judge = judgeAt(process.env['VWO_SDK'] ?? 'vwo-fme-node-sdk');

function judgeAt(given: string): Judge {
  const path = given.startsWith('.') || isAbsolute(given) ? resolve(given) : given;
  const { init } = require(path) as Sdk;
  return { init, version: versionOf(dirname(require.resolve(path))) };
}

/** By the nearest manifest: most packages do not export theirs. */
function versionOf(folder: string): string {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return versionOf(dirname(folder));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}

/** Whether a version is at least another, e.g. `1.60.0` and `1.36`. */
export function isFrom(version: string, from: string): boolean {
  const [given, wanted] = [version, from].map((text) => text.split('.').map(Number));
  for (const [i, part] of (wanted ?? []).entries()) {
    const ours = given?.[i] ?? 0;
    if (ours !== part) return ours > part;
  }
  return true;
}
