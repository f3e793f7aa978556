import { describe, expect, it } from '@jest/globals';
import { recordIfChanged } from '../../../lib/fme/engine/index.js';

const record = { featureKey: 'checkout', userId: 'ann', isInHoldoutId: [31, 32] };

describe('a record is written again', () => {
  it.each<[string, object]>([
    ['a group is added', { isInHoldoutId: [31, 32, 33] }],
    ['a group is missing', { isInHoldoutId: [31] }],
    ['one of several groups is another', { isInHoldoutId: [31, 9] }],
    ['the groups are gone', { isInHoldoutId: undefined }],
    ['a list of groups is there now', { notInHoldoutId: [9] }],
    ['a field is another', { rolloutKey: 'x' }],
  ])('when %s', (_what, change) => {
    expect(recordIfChanged(record, { ...record, ...change })).toEqual({ ...record, ...change });
  });

  it('when there was none', () => expect(recordIfChanged(undefined, record)).toEqual(record));

  it('with the fields of the user’s own, which make no difference', () => {
    const before = { ...record, note: 'mine' };
    expect(recordIfChanged(before, { ...record, isInHoldoutId: [31, 32] })).toBeUndefined();
    expect(recordIfChanged(before, { ...record, rolloutKey: 'x' })).toEqual({ ...before, rolloutKey: 'x' });
  });
});
