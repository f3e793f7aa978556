import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

interface Target {
  readonly types: string;
  readonly default: string;
}

/** `module-sync`: Node that loads ES modules with `require`, whichever way it is asked. */
export type Conditions = Readonly<Record<'module-sync' | 'import' | 'require', Target>>;

/** The specs of what is published look at dist/. Throws, saying what to run, where there is none. */
export function assertBuilt(): void {
  for (const tree of ['dist/esm', 'dist/cjs']) {
    if (!existsSync(join(ROOT, tree))) throw new Error(`There is no ${tree}. Build it with: npm run build`);
  }
}

export interface Manifest {
  readonly version: string;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Conditions | string>>;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

export async function manifestOf(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest;
}

/** What an application can import: `nestjs-vwo`, `nestjs-vwo/redis`, … */
export function entriesOf({ exports }: Manifest): string[] {
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => `nestjs-vwo${path.slice(1)}`);
}

/** The peers that npm installs by itself. */
export function requiredPeersOf({ peerDependencies, peerDependenciesMeta }: Manifest): string[] {
  return Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
}
