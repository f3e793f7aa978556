import { describe, expect, it } from '@jest/globals';
import { EngineComparison } from './engine.comparison.js';
import { isFrom, judge } from './judge.js';

/** Always the same cases: `npm run fuzz` draws others. */
const SEED = 5;
const PAIRS = 600;
const PER_TEST = 300;

describe(`random settings and users are decided as VWO's own SDK ${judge.version} does`, () => {
  const comparison = new EngineComparison();

  for (let from = 0; from < PAIRS; from += PER_TEST) {
    it(`pairs ${from} to ${from + PER_TEST - 1}: same flag, same variables, same record, same impressions`, async () => {
      for (let n = from; n < from + PER_TEST; n++) await comparison.check(comparison.draw(SEED, n));
    });
  }

  it('met everything that it is for', () => {
    const { forcedTwice, ...others } = comparison.seen;
    expect(Math.min(...Object.values(others))).toBeGreaterThan(0);
    expect(forcedTwice > 0).toBe(!isFrom(judge.version, '1.43'));
  });
});
