import assert from 'node:assert/strict';
import { keyOf, plain, recordFor, sorted, spoil } from './records.js';
import type { StoragePromise } from './storage-promise.js';

type Entry = [string, unknown];

const WHOLE_MAP = '`load` gives a `Map` (or what is as good as one) from key to record, empty for a user without any.';

const OWN_COPIES =
  'What `load` gives belongs to the visit that asked, and what `save` gets belongs to the visit that decided: keep and ' +
  'give copies, or freeze them.';

/** What `load` gives. */
export const LOADING: readonly StoragePromise[] = [
  {
    name: 'knows nothing of a user who was never saved',
    rule: WHOLE_MAP,
    async test({ storage, user }) {
      assert.equal((await storage.load(user(), ['checkout'])).size, 0);
      assert.equal((await storage.load(user(), [])).size, 0);
      assert.equal((await storage.load(user(), ['checkout'])).get('checkout'), undefined);
    },
  },
  {
    name: 'gives back what was saved, with types and unknown fields',
    rule:
      'A record is JSON: numbers stay numbers, and fields that nobody knows stay too. Store it as one text (or `jsonb`), not ' +
      'field by field: a rollout whose id came back as a string is not found again.',
    async test(fixture) {
      const user = fixture.user();
      const record = recordFor(user, 'checkout', {
        rolloutId: 1,
        experimentVariationId: '2',
        fraction: 0.5,
        isNew: false,
        nothing: null,
        isInHoldoutId: [3, 4],
        of: { another: { version: [true, 'é', ''] } },
        ['__proto__']: { isAdmin: true },
      });
      await fixture.save(user, record);
      await fixture.expect(user, record);
    },
  },
  {
    name: 'is a whole map: size, has, get, iteration and forEach tell the same',
    rule: WHOLE_MAP,
    async test(fixture) {
      const user = fixture.user();
      const records = [recordFor(user, 'a'), recordFor(user, 'b')];
      await fixture.save(user, ...records);
      const loaded = await fixture.storage.load(user, ['a', 'b', 'c']);
      const each: Entry[] = [];
      loaded.forEach((record, key) => each.push([key, record]));
      const expected = records.map((record) => [keyOf(record), record]);
      for (const seen of [each, [...loaded], [...loaded.entries()]] as Entry[][]) {
        assert.deepEqual(
          sorted(seen).map(([key, record]) => [key, plain(record)]),
          expected,
        );
      }
      assert.deepEqual([...loaded.keys()].sort(), ['a', 'b']);
      assert.equal([...loaded.values()].length, 2);
      assert.deepEqual(
        [loaded.size, loaded.has('a'), loaded.has('c'), loaded.has('toString')],
        [2, true, false, false],
      );
      assert.equal(loaded.get('a'), loaded.get('a'));
    },
  },
  {
    name: 'gives only what it is asked for when the reach is `keys`',
    rule:
      "`load(userId, keys, 'keys')` is what `preload: 'declared'` asks: the answer has records under these keys and no " +
      'others, and is empty for no keys. Without a reach, or with `user`, all records of the user may be in it.',
    async test(fixture) {
      const user = fixture.user();
      const { storage } = fixture;
      await fixture.save(user, recordFor(user, 'a'), recordFor(user, 'b'), recordFor(user, '__proto__'));
      assert.deepEqual([...(await storage.load(user, ['b', 'none', 'toString'], 'keys')).keys()], ['b']);
      assert.deepEqual([...(await storage.load(user, ['__proto__'], 'keys')).keys()], ['__proto__']);
      assert.equal((await storage.load(user, [], 'keys')).size, 0);
    },
  },
  {
    name: 'does not change what was loaded when more is saved',
    rule: OWN_COPIES,
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'a', { experimentId: 1 }));
      const loaded = await fixture.storage.load(user, ['a', 'b']);
      const replaces = await fixture.found(user, 'a');
      const next = recordFor(user, 'a', { experimentId: 2 });
      await fixture.storage.save(user, [{ key: 'a', record: next, replaces }]);
      await fixture.save(user, recordFor(user, 'b'));
      assert.deepEqual([...loaded.keys()], ['a']);
      assert.equal(loaded.get('a')?.['experimentId'], 1);
    },
  },
  {
    name: 'does not notice what is done afterwards to what was saved or loaded',
    rule: OWN_COPIES,
    async test(fixture) {
      const user = fixture.user();
      const record = recordFor(user, 'checkout', { experimentId: 1, isInHoldoutId: [1] });
      await fixture.save(user, record);
      spoil(record);
      const loaded = await fixture.storage.load(user, ['checkout']);
      spoil(loaded.get('checkout'));
      if (loaded instanceof Map) loaded.clear();
      await fixture.expect(user, recordFor(user, 'checkout', { experimentId: 1, isInHoldoutId: [1] }));
    },
  },
];
