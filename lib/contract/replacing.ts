import assert from 'node:assert/strict';
import type { StoredChange, StoredDecision } from '../model/index.js';
import type { StorageFixture } from './storage-fixture.js';
import { recordFor } from './records.js';
import type { StoragePromise } from './storage-promise.js';

const COMPARE =
  '`save` compares: a record may be written only where what is stored under its key equals `replaces`, the record that ' +
  'the decision was made from, or where nothing is stored and `replaces` is undefined. An "insert or replace" that does ' +
  'not compare lets the later of two first requests overwrite what the user has already seen.';

const IN_ONE_STEP =
  'Comparing and writing have to be one step: `INSERT … ON CONFLICT DO NOTHING`, `UPDATE … WHERE record = <the old one>`, a ' +
  'script, a transaction that locks. A store that can only read and then write says `{ comparesInOneStep: false }`.';

const EACH_BY_ITSELF =
  'Each change of a `save` is compared and written by itself: one that comes too late is left out without an error, and ' +
  'the others, and all other records of the user, stay as they are. Never write all records of a user from what was loaded.';

/** Which records a `save` replaces. */
export const REPLACING: readonly StoragePromise[] = [
  {
    name: 'adds a record to those that are there',
    rule: EACH_BY_ITSELF,
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'a'));
      await fixture.save(user, recordFor(user, 'b'));
      await fixture.save(user);
      await fixture.expect(user, recordFor(user, 'a'), recordFor(user, 'b'));
    },
  },
  {
    name: 'replaces the record that a decision was made from',
    rule: COMPARE,
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'checkout', { experimentId: 1 }));
      const next = recordFor(user, 'checkout', { experimentId: 2 });
      await replace(fixture, user, await fixture.found(user, 'checkout'), next);
      await fixture.expect(user, next);
    },
  },
  {
    name: 'replaces a record of this very visit, saved and not loaded since',
    rule: `${COMPARE} Compare what the records say, not which objects they are.`,
    async test(fixture) {
      const user = fixture.user();
      const first = recordFor(user, 'checkout', { rolloutId: 1 });
      await fixture.save(user, first);
      const second = recordFor(user, 'checkout', { rolloutId: 1, experimentId: 2 });
      await replace(fixture, user, first, second);
      await fixture.expect(user, second);
    },
  },
  {
    name: 'leaves a record alone that somebody else wrote first',
    rule: COMPARE,
    async test(fixture) {
      const user = fixture.user();
      const theirs = recordFor(user, 'checkout', { experimentVariationId: 1 });
      await fixture.save(user, theirs);
      await fixture.save(user, recordFor(user, 'checkout', { experimentVariationId: 2 }));
      await fixture.expect(user, theirs);
    },
  },
  {
    name: 'leaves a record alone that was replaced since it was read',
    rule: COMPARE,
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'checkout', { experimentVariationId: 1 }));
      const stale = await fixture.found(user, 'checkout');
      const theirs = recordFor(user, 'checkout', { experimentVariationId: 2 });
      await replace(fixture, user, stale, theirs);
      await replace(fixture, user, stale, recordFor(user, 'checkout', { experimentVariationId: 3 }));
      await fixture.expect(user, theirs);
    },
  },
  {
    name: 'leaves a record away that was forgotten since it was read',
    rule: `${COMPARE} A user who was forgotten while a visit was under way stays forgotten.`,
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'checkout'));
      const gone = await fixture.found(user, 'checkout');
      await fixture.storage.forget(user);
      await replace(fixture, user, gone, recordFor(user, 'checkout', { experimentId: 9 }));
      await fixture.expect(user);
    },
  },
  {
    name: 'writes the other records of a visit of which one came too late',
    rule: EACH_BY_ITSELF,
    async test(fixture) {
      const user = fixture.user();
      const theirs = recordFor(user, 'a', { experimentVariationId: 1 });
      await fixture.save(user, theirs);
      await fixture.save(user, recordFor(user, 'a', { experimentVariationId: 2 }), recordFor(user, 'b'));
      await fixture.expect(user, theirs, recordFor(user, 'b'));
    },
  },
];

/** Saves at the same moment that do not touch the same record. */
export const CONCURRENT: readonly StoragePromise[] = [
  {
    name: 'loses nothing when many visits of one user save different keys at once',
    rule: EACH_BY_ITSELF,
    async test(fixture) {
      const user = fixture.user();
      const records = Array.from({ length: 50 }, (_, i) => recordFor(user, `feature-${i}`, { experimentId: i }));
      await Promise.all(records.map((record) => fixture.save(user, record)));
      await fixture.expect(user, ...records);
    },
  },
  {
    name: 'loses nothing when many users save at once',
    rule: EACH_BY_ITSELF,
    async test(fixture) {
      const users = Array.from({ length: 200 }, () => fixture.user());
      await Promise.all(users.map((user) => fixture.save(user, recordFor(user, 'a'), recordFor(user, 'b'))));
      await Promise.all(users.map((user) => fixture.expect(user, recordFor(user, 'a'), recordFor(user, 'b'))));
    },
  },
];

/** Saves at the same moment that do. */
export const REPLACING_CONCURRENTLY: readonly StoragePromise[] = [
  {
    name: 'lets one of many first visits at once win, and flips nobody',
    rule: IN_ONE_STEP,
    async test(fixture) {
      const user = fixture.user();
      await oneWins(fixture, user, (i) => first(recordFor(user, 'checkout', { experimentVariationId: i })));
    },
  },
  {
    name: 'lets one of many replacements at once win',
    rule: IN_ONE_STEP,
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'checkout'));
      const found = await Promise.all(Array.from({ length: 25 }, () => fixture.found(user, 'checkout')));
      await oneWins(fixture, user, (i) => ({
        key: 'checkout',
        record: recordFor(user, 'checkout', { experimentVariationId: i }),
        replaces: found[i],
      }));
    },
  },
];

async function oneWins(fixture: StorageFixture, user: string, change: (visit: number) => StoredChange): Promise<void> {
  const seen = Array.from({ length: 25 }, async (_, i) => {
    await fixture.waitForReads(i);
    await fixture.storage.save(user, [change(i)]);
    return (await fixture.found(user, 'checkout'))['experimentVariationId'];
  });
  assert.equal(new Set(await Promise.all(seen)).size, 1, 'visits saw different variations after they had saved');
}

async function replace(
  fixture: StorageFixture,
  user: string,
  replaces: StoredDecision,
  record: StoredDecision,
): Promise<void> {
  await fixture.storage.save(user, [{ key: 'checkout', record, replaces }]);
}

function first(record: StoredDecision): StoredChange {
  return { key: 'checkout', record, replaces: undefined };
}
