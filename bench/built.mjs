/** Before each benchmark: what `npm run build` made last replaces the copy that `npm ci` took. */
import { cpSync, existsSync, rmSync } from 'node:fs';

const here = (path) => new URL(path, import.meta.url);

if (!existsSync(here('../dist/esm/index.js'))) {
  console.error('The library is not built. Run the benchmark from the root of the repository: npm run bench:decide');
  process.exit(1);
}
rmSync(here('node_modules/nestjs-vwo/dist'), { recursive: true, force: true });
cpSync(here('../dist'), here('node_modules/nestjs-vwo/dist'), { recursive: true });
cpSync(here('../package.json'), here('node_modules/nestjs-vwo/package.json'));
