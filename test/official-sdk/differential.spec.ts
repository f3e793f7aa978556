import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { judge } from '../differential/judge.js';
import { ClientComparison, type ReadOrder } from './client.comparison.js';

/** Always the same accounts: `npm run fuzz` draws others. */
const SEED = 1;
const ACCOUNTS = 15;

describe(`the native client and the one on VWO's SDK ${judge.version}`, () => {
  let comparison: ClientComparison;
  beforeAll(async () => void (comparison = await ClientComparison.start()));
  afterAll(() => comparison.close());

  it.each<[string, ReadOrder]>([
    ['in the order in which they are declared', 'as declared'],
    ['in any order', 'any'],
  ])('decide, store and send the same for the same requests, whose flags are read %s', async (_how, order) => {
    for (let account = 0; account < ACCOUNTS; account++)
      await comparison.check(ClientComparison.draw(SEED, account, order));
  });
});
