/**
 * TypeScript compiles `await import('x')` for CommonJS to `require` in a function of its own. Bundlers let a package be missing only
 * where `require` itself stands in the `try`. This puts it there, in the files of dist/cjs. Exit code 1 when there is none to change:
 * then TypeScript writes something else, and what bundlers make of that has to be tried.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const IN_A_FUNCTION = /\bPromise\.resolve\(\)\.then\(\(\) => (__importStar\(require\('[^']+'\)\))\)/g;

const changed = readdirSync('dist/cjs', { recursive: true })
  .filter((file) => file.endsWith('.js'))
  .map((file) => {
    const path = join('dist/cjs', file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(IN_A_FUNCTION, '$1');
    if (after !== before) writeFileSync(path, after);
    return after !== before;
  });

if (!changed.includes(true)) {
  console.error(
    'scripts/bundler-requires.mjs: no `import()` as TypeScript writes it for CommonJS was found in dist/cjs',
  );
  process.exitCode = 1;
}
