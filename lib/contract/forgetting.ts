import { recordFor } from './records.js';
import type { StoragePromise } from './storage-promise.js';

/** What `forget` means. */
export const FORGETTING: readonly StoragePromise[] = [
  {
    name: 'forgets one user and no other',
    rule: '`forget(userId)` deletes everything of this user, and settles when it is gone. The user may come again.',
    async test(fixture) {
      const [one, other] = [fixture.user(), fixture.user()];
      await fixture.save(one, recordFor(one, 'a'), recordFor(one, 'b'));
      await fixture.save(other, recordFor(other, 'a'));
      await fixture.storage.forget(one);
      await fixture.storage.forget(fixture.user());
      await fixture.expect(one);
      await fixture.expect(other, recordFor(other, 'a'));
      await fixture.save(one, recordFor(one, 'a', { experimentId: 7 }));
      await fixture.expect(one, recordFor(one, 'a', { experimentId: 7 }));
    },
  },
];
