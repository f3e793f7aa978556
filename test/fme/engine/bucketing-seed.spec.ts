import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import { accountOf, NOTHING_STORED, user } from './account.fixture.js';

describe('bucketing seed (SDK 1.41)', () => {
  it('gives everybody with one seed the same variation, as a user with that id would get', () => {
    const split = accountOf({ f: [{ id: 1, type: 'FLAG_TESTING', weights: [25, 25, 25, 25] }] });
    const variation = (id: string, more: object = {}): unknown =>
      decide(split, 'f', user(id, more), NOTHING_STORED).flag.variation?.id;
    for (const seed of ['acme', 'globex', 'initech', 'hooli']) {
      const ids = Array.from({ length: 20 }, (_, i) => variation(`user-${i}`, { bucketingSeed: seed }));
      expect(new Set(ids)).toEqual(new Set([variation(seed)]));
    }
  });
});
