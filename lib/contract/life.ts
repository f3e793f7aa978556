import assert from 'node:assert/strict';
import type { StorageScope } from '../storage/index.js';
import { type StorageFixture, isRefused, SCOPE } from './storage-fixture.js';
import { recordFor } from './records.js';
import type { StoragePromise } from './storage-promise.js';

const OTHER_SCOPES: readonly StorageScope[] = [
  { ...SCOPE, environment: 'contract-other' },
  { ...SCOPE, accountId: '654321' },
];

/** What `open` and `close` mean. */
export const LIFE: readonly StoragePromise[] = [
  {
    name: 'keeps accounts and environments apart',
    rule:
      '`open(scope)` says whose records are meant from then on. Put `scope.accountId` and `scope.environment` into every ' +
      'key (in SQL: into the primary key), or refuse a second scope with an error. A storage that ignores them shows ' +
      'the decisions of staging to production: users get variations there that nobody is to get.',
    async test(fixture) {
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'checkout'));
      for (const scope of OTHER_SCOPES) await sharesNothing(fixture, user, scope);
      for (const scope of OTHER_SCOPES) await showsNothing(fixture, user, scope);
    },
  },
  {
    name: 'works again when it is opened after it was closed',
    rule:
      'Clients of one process may use a storage one after another: applications in one test file, a hot reload. `open` ' +
      'has to bring back what `close` ended; without it no decision is stored any more, and nobody notices.',
    async test(fixture) {
      await fixture.storage.close();
      await fixture.storage.open(SCOPE);
      const user = fixture.user();
      await fixture.save(user, recordFor(user, 'checkout'));
      await fixture.expect(user, recordFor(user, 'checkout'));
    },
  },
];

/** Another storage, on the same database perhaps, for another account or environment. */
async function sharesNothing(fixture: StorageFixture, user: string, scope: StorageScope): Promise<void> {
  const other = await fixture.another(scope);
  if (!other) return;
  assert.equal((await other.load(user, ['checkout'])).size, 0, `records of another scope are found: ${named(scope)}`);
  const record = recordFor(user, 'checkout', { experimentVariationId: 2 });
  await other.save(user, [{ key: 'checkout', record, replaces: undefined }]);
  await fixture.expect(user, recordFor(user, 'checkout'));
  await other.forget(user, ['checkout']);
  await fixture.expect(user, recordFor(user, 'checkout'));
}

/** The same storage, used by another client after this one. */
async function showsNothing({ storage }: StorageFixture, user: string, scope: StorageScope): Promise<void> {
  await storage.close();
  if (await isRefused(storage, scope)) return;
  const { size } = await storage.load(user, ['checkout']);
  assert.equal(size, 0, `records of another scope are found in a storage that was opened again: ${named(scope)}`);
}

function named({ accountId, environment }: StorageScope): string {
  return `account ${accountId}, environment ${environment}`;
}
