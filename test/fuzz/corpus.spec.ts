import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FuzzRun } from './fuzz.target.js';
import { TARGETS } from './targets.js';

interface FailedOnce {
  readonly target: string;
  readonly seed: number;
  readonly case: number;
  /** What was wrong. */
  readonly found: string;
}

/** Every case that `npm run fuzz` or a comparison ever found to fail. */
const corpus = JSON.parse(readFileSync(new URL('./corpus.json', import.meta.url), 'utf8')) as readonly FailedOnce[];

describe.each(TARGETS.map((target) => [target.name, target] as const))('random cases of %s', (name, target) => {
  let run: FuzzRun;
  beforeAll(async () => void (run = await target.start()));
  afterAll(() => run.close());

  for (const { seed, case: n, found } of corpus.filter((each) => each.target === name)) {
    it(`seed ${seed}, case ${n}, which once failed: ${found}`, () => run.check(seed, n), 60_000);
  }

  it('seed 1, the first three', async () => {
    for (const n of [0, 1, 2]) await run.check(1, n);
  }, 60_000);
});

it('the corpus names targets that there are', () => {
  const names = TARGETS.map(({ name }) => name);
  expect(corpus.filter(({ target }) => !names.includes(target))).toEqual([]);
});
