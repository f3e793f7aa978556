import fc from 'fast-check';
import { SeededRandom } from '../differential/seeded-random.js';

/** How long a case that fails may be made smaller, in ms. */
const SHRINKING = 20_000;

/** Case `n` of a seed of a fast-check property. Rejects with the smallest case that fails. */
export async function checkProperty<T>(property: fc.IRawProperty<T>, seed: number, n: number): Promise<void> {
  const details = await fc.check(property, {
    seed: new SeededRandom(seed, n).int(-0x80000000, 0x7fffffff),
    numRuns: 1,
    interruptAfterTimeLimit: SHRINKING,
  });
  if (!details.failed) return;
  const smallest = fc.stringify(details.counterexample);
  const { errorInstance: error } = details;
  throw new Error(`with ${smallest}\n${error instanceof Error ? error.stack : String(error)}`);
}
