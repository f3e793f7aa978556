import { describe, expect, it, test } from '@jest/globals';
import { type ContractTest, storageContract } from '../../lib/entries/contract.js';
import { MemoryStorage, type StoredChange } from '../../lib/index.js';

type Registered = readonly [promise: string, run: () => Promise<void>];
interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: ContractTest;
}
type OfRunner = (runner: Runner, make: () => MemoryStorage, options?: { comparesInOneStep?: boolean }) => void;

/** The contract as it is called with a whole test runner, `{ describe, it }`. */
const contractOf = storageContract as unknown as OfRunner;

/** What is registered with `it`, inside a `describe` or not. */
function registered(use: (runner: Runner) => void): readonly Registered[] {
  const tests: Registered[] = [];
  use({
    describe: (_name, body) => body(),
    it: (promise, run) => tests.push([promise, run]),
  });
  return tests;
}

const names = (tests: readonly Registered[]): readonly string[] => tests.map(([promise]) => promise);

/** The promises that are broken. */
async function broken(tests: readonly Registered[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const [promise, run] of tests) await run().catch(() => failed.push(promise));
  return failed;
}

/** Writes whatever comes, whoever wrote before. */
class Overwriting extends MemoryStorage {
  override save(userId: string, changes: readonly StoredChange[]): void {
    for (const change of changes) {
      const replaces = new Map(super.load(userId, [change.key]) as ReadonlyMap<string, object>).get(change.key);
      void super.save(userId, [{ ...change, replaces }] as StoredChange[]);
    }
  }
}

describe('storageContract', () => {
  const make = () => new MemoryStorage();
  const byIt = registered(({ it: register }) => storageContract(register, make));

  it('takes `it`', async () => {
    expect(byIt.length).toBeGreaterThan(15);
    expect(await broken(byIt)).toEqual([]);
  });

  test('takes `{ describe, it }` too, and tests the same promises', async () => {
    const byRunner = registered((runner) => contractOf(runner, make));
    expect(names(byRunner)).toEqual(names(byIt));
    expect(await broken(byRunner)).toEqual([]);
  });

  test('catches a storage that breaks its promises, called in that way', async () => {
    const tests = registered((runner) => contractOf(runner, () => new Overwriting()));
    expect(await broken(tests)).toContain('leaves a record alone that somebody else wrote first');
  });

  test('takes its options, called in that way', () => {
    const asConnectorsCan = { comparesInOneStep: false };
    const byRunner = registered((runner) => contractOf(runner, make, asConnectorsCan));
    const expected = registered(({ it: register }) => storageContract(register, make, asConnectorsCan));
    expect(names(byRunner)).toEqual(names(expected));
    expect(byRunner.length).toBeLessThan(byIt.length);
  });
});
