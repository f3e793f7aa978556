import { afterAll, expect } from '@jest/globals';
import { officialSdk } from '../../../lib/entries/sdk.js';
import { onClient } from '../../e2e/nest-app.js';

const build = officialSdk({ decide: 'all' }); // the handlers of the suites declare no flag that a service reads
let built = 0;
onClient((parts) => {
  built += 1;
  return build(parts);
});
afterAll(() => expect(built).toBeGreaterThan(0));
