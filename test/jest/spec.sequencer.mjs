import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Sequencer from '@jest/test-sequencer';

/** The specs that take longest, longest first. A clean clone has no timings of its own to go by. */
const LONGEST = [
  'package/projects',
  'official-sdk/e2e/flags',
  'client/closing',
  'sample-app/sample-app.redis',
  'docs/examples',
  'sample-app/sample-app',
  'differential/random-pairs',
  'storage/redis/redis.failures',
  'contract/storage.contract',
  'differential/visits',
  'fme/engine/murmur3',
  'official-sdk/differential',
  'client/async-context',
  'package/tarball',
  'docs/types',
  'fuzz/corpus',
].map((name) => fileURLToPath(new URL(`../${name}.spec.ts`, import.meta.url)));

for (const path of LONGEST)
  if (!existsSync(path)) throw new Error(`${import.meta.filename} names ${path}: there is none`);

/** Starts with the longest specs, so that no worker is left alone with one of them at the end. */
export default class SpecSequencer extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const first = LONGEST.flatMap((path) => sorted.filter((test) => test.path === path));
    return [...first, ...sorted.filter((test) => !first.includes(test))];
  }
}
