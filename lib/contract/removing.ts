import { recordFor } from './records.js';
import type { StoragePromise } from './storage-promise.js';

const RULE =
  '`save(userId, changes, removals)` removes a record of a feature that is gone, where what is stored under its key still ' +
  'equals `record`. A storage may ignore `removals`.';

/** What a `save` removes, if it removes anything. */
export const REMOVING: readonly StoragePromise[] = [
  {
    name: 'removes no record that was replaced since it was read, and no other one',
    rule: RULE,
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'a', { experimentId: 1 }), recordFor(user, 'b'));
      const stale = await fixture.found(user, 'a');
      const theirs = recordFor(user, 'a', { experimentId: 2 });
      await fixture.storage.save(user, [{ key: 'a', record: theirs, replaces: stale }]);
      const change = { key: 'checkout', record: recordFor(user, 'checkout'), replaces: undefined };
      await fixture.storage.save(user, [change], [{ key: 'a', record: stale }]);
      await fixture.expect(user, theirs, recordFor(user, 'b'), recordFor(user, 'checkout'));
    },
  },
];

/** With `removes: true`. */
export const REMOVING_FOR_SURE: readonly StoragePromise[] = [
  {
    name: 'removes records together with a save',
    rule: RULE,
    async test(fixture) {
      const user = fixture.user();
      const records = ['a', 'b', '__proto__'].map((key) => recordFor(user, key));
      await fixture.save(user, ...records);
      const loaded = await fixture.storage.load(user, ['a', 'b', '__proto__']);
      const gone = [...loaded].filter(([key]) => key !== 'b').map(([key, record]) => ({ key, record }));
      const change = { key: 'checkout', record: recordFor(user, 'checkout'), replaces: undefined };
      await fixture.storage.save(user, [change], gone);
      await fixture.expect(user, recordFor(user, 'b'), recordFor(user, 'checkout'));
      const last = { key: 'b', record: await fixture.found(user, 'b') };
      await fixture.storage.save(user, [], [last]);
      await fixture.expect(user, recordFor(user, 'checkout'));
    },
  },
];
