import { recordFor } from './records.js';
import type { StoragePromise } from './storage-promise.js';

/** What `forget` means. */
export const FORGETTING: readonly StoragePromise[] = [
  {
    name: 'forgets one user and no other',
    rule: '`forget(userId)` deletes everything of this user, and settles when it is gone. The user may come again.',
    async test(bench) {
      const [one, other] = [bench.user(), bench.user()];
      await bench.save(one, recordFor(one, 'a'), recordFor(one, 'b'));
      await bench.save(other, recordFor(other, 'a'));
      await bench.storage.forget(one);
      await bench.storage.forget(bench.user());
      await bench.expect(one);
      await bench.expect(other, recordFor(other, 'a'));
      await bench.save(one, recordFor(one, 'a', { experimentId: 7 }));
      await bench.expect(one, recordFor(one, 'a', { experimentId: 7 }));
    },
  },
];
