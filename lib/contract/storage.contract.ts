import { StorageFixture, type MakeStorage } from './storage-fixture.js';
import { FORGETTING } from './forgetting.js';
import { LIFE } from './life.js';
import { LOADING } from './loading.js';
import { REMOVING, REMOVING_FOR_SURE } from './removing.js';
import { CONCURRENT, REPLACING, REPLACING_CONCURRENTLY } from './replacing.js';
import { brokenPromise, type StoragePromise } from './storage-promise.js';
import { USERS } from './users.js';

export type { MakeStorage };

/** `it` of Jest, Vitest, Mocha or node:test. */
export type ContractTest = (promise: string, test: () => Promise<void>) => unknown;

/** A test runner: with `describe` the promises come in groups. */
export interface ContractRunner {
  readonly it: ContractTest;
  readonly describe?: (group: string, tests: () => void) => unknown;
}

export interface StorageContractOptions {
  /**
   * False for a storage that has to read and then write: then of two writers at the very same moment the later one
   * wins, and nothing here asks for more. A VWO connector is one: it has `get` and `set` only. @default true
   */
  comparesInOneStep?: boolean;
  /** True for a storage that does not ignore the `removals` of `save`: then they have to be gone. @default false */
  removes?: boolean;
}

/**
 * What every `VwoStorage` promises, as tests for yours. `make` gives a storage for each test, not opened; they may share
 * one database, as every test has users of its own. It is told for which account and environment the storage will be
 * opened, for a storage that has to be told otherwise than by `open`.
 *
 * @example describe('my storage', () => storageContract(it, () => new MyStorage()));
 * @example storageContract({ describe, it }, () => new MyStorage(), { removes: true });
 */
export function storageContract(
  runner: ContractTest | ContractRunner,
  make: MakeStorage,
  { comparesInOneStep = true, removes = false }: StorageContractOptions = {},
): void {
  const { it, describe = inOneGroup }: ContractRunner = typeof runner === 'function' ? { it: runner } : runner;
  const group = (name: string, promises: readonly StoragePromise[]): void => {
    describe(name, () => promises.forEach((promise) => it(promise.name, () => tried(promise, make))));
  };
  group('open and close', LIFE);
  group('load', LOADING);
  group('users', USERS);
  group('save', [...REPLACING, ...CONCURRENT, ...(comparesInOneStep ? REPLACING_CONCURRENTLY : [])]);
  group('removals', [...REMOVING, ...(removes ? REMOVING_FOR_SURE : [])]);
  group('forget', FORGETTING);
}

function inOneGroup(_name: string, tests: () => void): void {
  tests();
}

async function tried(promise: StoragePromise, make: MakeStorage): Promise<void> {
  const fixture = await StorageFixture.open(make);
  try {
    await promise.test(fixture);
  } catch (error) {
    throw brokenPromise(promise, error);
  } finally {
    await fixture.close();
  }
}
