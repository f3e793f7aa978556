import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CliError } from '../cli.error.js';

export type TypeScript = typeof import('typescript');

/** The second one stands beside TypeScript 7, which has no compiler API of this kind. */
const PACKAGES = ['typescript', '@typescript/typescript6'];

/** The compiler that the project has installed. Throws a `CliError` where it has none that can be asked. */
export function projectTypeScript(cwd: string): TypeScript {
  const require = createRequire(join(cwd, 'package.json'));
  const found = PACKAGES.flatMap((name) => {
    try {
      return [require(name) as TypeScript];
    } catch {
      return []; // not installed
    }
  });
  const usable = found.find((ts) => typeof ts.createProgram === 'function');
  if (usable) return usable;
  const cure =
    found.length > 0 ? 'npm install --save-dev @typescript/typescript6' : 'npm install --save-dev typescript@6';
  const what =
    found.length > 0 ? `TypeScript ${found[0]?.version} has no API to read code with` : 'TypeScript is not installed';
  throw new CliError(`--check reads your code with the project's TypeScript: ${what}. ${cure}`);
}
