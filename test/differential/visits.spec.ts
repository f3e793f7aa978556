import { describe, expect, it } from '@jest/globals';
import { judge } from './judge.js';
import { VisitComparison } from './visit.comparison.js';

/** Always the same accounts: `npm run fuzz` draws others. */
const SEED = 1;
const ACCOUNTS = 15;

describe(`flags that are read one after the other are decided as VWO's own SDK ${judge.version} does`, () => {
  it(`in visits to each of ${ACCOUNTS} random accounts`, async () => {
    const comparison = new VisitComparison();
    for (let account = 0; account < ACCOUNTS; account++) await comparison.check(comparison.draw(SEED, account));
    expect(comparison.groupRecords).toBeGreaterThan(0);
  });
});
