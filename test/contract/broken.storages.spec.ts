import { describe, expect, it } from '@jest/globals';
import { type StorageContractOptions, storageContract } from '../../lib/entries/contract.js';
import { MemoryStorage, type VwoStorage } from '../../lib/storage/index.js';
import * as broken from './broken.storages.js';

describe('The contract', () => {
  it.each<[string, () => VwoStorage]>([
    ['MemoryStorage', () => new MemoryStorage()],
    ['an honest one', () => new broken.Honest()],
  ])('needs no test runner in particular, and passes what is right: %s', async (_name, make) => {
    expect([...(await brokenPromises(make, { removes: true })).keys()]).toEqual([]);
  });

  it('asks nobody to remove records who does not say so', async () => {
    const make = (): VwoStorage => new broken.IgnoresRemovals();
    expect([...(await brokenPromises(make)).keys()]).toEqual([]);
    expect([...(await brokenPromises(make, { removes: true })).keys()]).toEqual([
      'removes records together with a save',
    ]);
  });

  it.each<[string, () => VwoStorage, string]>([
    [
      'flips users who come twice at once',
      () => new broken.ReadsThenWrites(),
      'lets one of many first visits at once win, and flips nobody',
    ],
    [
      'inserts or replaces',
      () => new broken.InsertsOrReplaces(),
      'leaves a record alone that somebody else wrote first',
    ],
    [
      'rewrites all records of a user',
      () => new broken.RewritesAll(),
      'loses nothing when many visits of one user save different keys at once',
    ],
    [
      'hands out its own records',
      () => new broken.SharesItsRecords(),
      'does not notice what is done afterwards to what was saved or loaded',
    ],
    ['mixes up keys', () => new broken.MixesUpKeys(), 'takes any key and any user id, and mixes up none of them'],
    ['forgets nobody', () => new broken.ForgetsNobody(), 'forgets one user and no other'],
    ['ignores the reach', () => new broken.IgnoresReach(), 'gives only what it is asked for when the reach is `keys`'],
    ['ignores the scope', () => new broken.IgnoresScope(), 'keeps accounts and environments apart'],
    ['stays closed', () => new broken.StaysClosed(), 'works again when it is opened after it was closed'],
    [
      'removes what was replaced',
      () => new broken.RemovesWhatWasReplaced(),
      'removes no record that was replaced since it was read, and no other one',
    ],
  ])('catches a storage that %s', async (_fault, make, promise) => {
    expect([...(await brokenPromises(make)).keys()]).toContain(promise);
  });

  it.each<[string, () => VwoStorage, string, RegExp]>([
    ['the scope', () => new broken.IgnoresScope(), 'keeps accounts and environments apart', /scope\.accountId/],
    [
      'what a record replaces',
      () => new broken.InsertsOrReplaces(),
      'leaves a record alone that somebody else wrote first',
      /`replaces`.*"insert or replace"/s,
    ],
    [
      'two steps',
      () => new broken.ReadsThenWrites(),
      'lets one of many first visits at once win, and flips nobody',
      /ON CONFLICT DO NOTHING.*comparesInOneStep: false/s,
    ],
    [
      'the reach',
      () => new broken.IgnoresReach(),
      'gives only what it is asked for when the reach is `keys`',
      /preload: 'declared'/,
    ],
  ])('says the rule that was broken: %s', async (_what, make, promise, rule) => {
    expect((await brokenPromises(make)).get(promise)?.message).toMatch(rule);
  });

  it('comes in groups where the runner has `describe`', () => {
    const groups: string[] = [];
    const names: string[] = [];
    storageContract(
      {
        describe: (group, tests) => {
          groups.push(group);
          tests();
        },
        it: (promise) => names.push(promise),
      },
      () => new MemoryStorage(),
    );
    expect(groups).toEqual(['open and close', 'load', 'users', 'save', 'removals', 'forget']);
    expect(new Set(names).size).toBe(names.length);
  });
});

/** The promises that a storage breaks, and the errors that say so. */
async function brokenPromises(
  make: () => VwoStorage,
  options?: StorageContractOptions,
): Promise<ReadonlyMap<string, Error>> {
  const tests: [string, () => Promise<void>][] = [];
  storageContract((name, test) => tests.push([name, test]), make, options);
  const errors = new Map<string, Error>();
  for (const [name, test] of tests) await test().catch((error: Error) => errors.set(name, error));
  return errors;
}
