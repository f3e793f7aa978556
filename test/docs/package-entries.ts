import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './code-blocks.js';

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly import: { readonly default: string } } | string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** For each entry point, `nestjs-vwo/redis`, and its source, `<root>/lib/entries/redis.ts`: what `give` makes of them. */
export function entriesAs<T>(give: (entry: string, source: string) => T): T[] {
  return Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [
          give(
            `nestjs-vwo${path.slice(1)}`,
            join(ROOT, target.import.default.replace('dist/esm', 'lib').replace(/js$/, 'ts')),
          ),
        ],
  );
}
