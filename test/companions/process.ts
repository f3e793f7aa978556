import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from '@swc/core';

/**
 * An application in a file here, as JavaScript for a process of its own: what is CommonJS and needs NestJS 12 (ES modules) is
 * loaded by Node, and not by Jest on Node 20.
 */
export async function applicationIn(file: string): Promise<string> {
  const { code } = await transform(await readFile(join(import.meta.dirname, file), 'utf8'), {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type: 'es6' },
  });
  return code.replace(/(['"])(?:\.\.\/)+lib\/([^'"]*)\1/g, (_all, _quote, path: string) => `'lib/${path}'`);
}
