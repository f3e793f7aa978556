import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caseOfText } from './case-text.js';
import type { FuzzRun } from './fuzz.target.js';
import { corpus } from './kept-case.js';
import { TARGETS } from './targets.js';

/** Every case that `npm run fuzz` or a comparison ever found to fail. */
const cases = corpus();

describe.each(TARGETS.map((target) => [target.name, target] as const))('random cases of %s', (name, target) => {
  let run: FuzzRun;
  beforeAll(async () => void (run = await target.start()));
  afterAll(() => run.close());

  for (const { file, found, text } of cases.filter((each) => each.target === name)) {
    it(`${file}, which once failed: ${found}`, () => run.check(caseOfText(text)));
  }

  it('seed 1, the first three', async () => {
    for (const n of [0, 1, 2]) await run.check(run.draw(1, n));
  });
});

it('the corpus names targets that there are', () => {
  const names = TARGETS.map(({ name }) => name);
  expect(cases.length).toBeGreaterThan(0);
  expect(cases.filter(({ target }) => !names.includes(target))).toEqual([]);
});
