import assert from 'node:assert/strict';
import { plain, recordFor } from './records.js';
import type { StoragePromise } from './storage-promise.js';

/** Names that have broken storages before. */
const PECULIAR = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a:b',
  'a%3Ab',
  'a{b}c',
  ' ',
  '*',
  "'; DROP TABLE users; --",
  'line\r\nbreak\0',
  'Ünïcödé 用户 🦄',
  'x'.repeat(4_000),
];

/** User by user, key by key. */
export const USERS: readonly StoragePromise[] = [
  {
    name: 'takes any key and any user id, and mixes up none of them',
    rule:
      'User ids come from outside. Two of them, or two keys, must never share a record: join them with something that ' +
      'neither can contain, or keep them in columns of their own; give them to a query as parameters; use a `Map` and no ' +
      'plain object. Encode them where a database cannot take every character (PostgreSQL: no \\0).',
    async test(fixture) {
      const users = [...PECULIAR, 'a', 'a_b', 'b_c', 'c'].map((name) => `${fixture.run}${name}`);
      users.push(...PECULIAR.map((name) => `${name}${fixture.run}`), '__proto__', 'constructor');
      await Promise.all(users.map((user) => fixture.storage.forget(user)));
      const keys = [...PECULIAR, 'a', 'a_b', 'b_c', 'c'];
      const records = users.map((user) => keys.map((key) => recordFor(user, key, { only: `${user} ${key}` })));
      await Promise.all(users.map((user, i) => fixture.save(user, ...(records[i] ?? []))));
      for (const [i, user] of users.entries()) {
        const loaded = await fixture.storage.load(user, keys);
        assert.equal(loaded.size, keys.length);
        for (const [j, key] of keys.entries()) assert.deepEqual(plain(loaded.get(key)), records[i]?.[j]);
      }
    },
  },
  {
    name: 'keeps users apart',
    rule: 'The records of one user are found for this user and nobody else.',
    async test(fixture) {
      const [one, other] = [fixture.user(), fixture.user()];
      await fixture.save(one, recordFor(one, 'checkout'));
      assert.equal((await fixture.storage.load(other, ['checkout'])).size, 0);
      await fixture.save(other, recordFor(other, 'checkout', { experimentId: 2 }));
      await fixture.expect(one, recordFor(one, 'checkout'));
    },
  },
];
