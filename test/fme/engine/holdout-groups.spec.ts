import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import type { StoredDecision } from '../../../lib/model/index.js';
import { accountOf, CHECKOUT, checkoutRecord, NOTHING_STORED, storedAs, user } from './account.fixture.js';
import { checkout, everybody, holdout, nobody, rollout, test } from './holdout.fixture.js';

describe('holdout groups (SDK 1.39)', () => {
  it('keep their users out, send where the user is in each group, and store it', () => {
    const { flag, events, records } = checkout(accountOf(CHECKOUT, { holdouts: [nobody, everybody] }));
    expect([flag.isEnabled(), events]).toEqual([false, [holdout(32, 2), holdout(31, 1)]]);
    expect(records[0]?.record).toEqual({
      featureKey: 'checkout',
      featureId: 1,
      userId: 'ann',
      isInHoldoutId: [31],
      notInHoldoutId: [32],
    });
  });

  it('let others through, with one impression for each group, before all other impressions', () => {
    const { flag, events, records } = checkout(accountOf(CHECKOUT, { holdouts: [nobody] }));
    expect([flag.isEnabled(), events]).toEqual([true, [holdout(32, 2), rollout, test]]);
    expect(records[0]?.record).toEqual(checkoutRecord('ann', { experimentVariationId: 1, notInHoldoutId: [32] }));
  });

  it('hold for their features only, and by their segments', () => {
    const others = { ...everybody, isGlobal: false, featureIds: [2] };
    const away = { ...everybody, segments: { or: [{ custom_variable: { plan: 'gold' } }] } };
    const account = accountOf(CHECKOUT, { holdouts: [others, away] });
    expect(checkout(account).flag.isEnabled()).toBe(true);
    expect(checkout(account, undefined, { customVariables: { plan: 'gold' } }).flag.isEnabled()).toBe(false);
  });

  it('bucket by the user’s id, whatever the bucketing seed', () => {
    const half = accountOf(CHECKOUT, { holdouts: [{ ...everybody, percentTraffic: 50 }] });
    const ids = Array.from({ length: 200 }, (_, i) => `user-${i}`);
    const held = (more: object): string[] =>
      ids.filter((id) => !decide(half, 'checkout', user(id, more), NOTHING_STORED).flag.isEnabled());
    expect(held({}).length / ids.length).toBeCloseTo(0.5, 0);
    expect(held({ bucketingSeed: 'one for all' })).toEqual(held({}));
  });

  it('keep out whom they kept out before, without a second impression or write', () => {
    const record = { featureKey: 'checkout', userId: 'ann', isInHoldoutId: [32] };
    const { flag, events, records } = checkout(accountOf(CHECKOUT, { holdouts: [nobody] }), record);
    expect([flag.isEnabled(), events, records.length]).toEqual([false, [], 1]);
    const again = checkout(accountOf(CHECKOUT, { holdouts: [nobody] }), records[0]?.record);
    expect([again.flag.isEnabled(), again.events, again.records]).toEqual([false, [], []]);
  });

  it('keep out whom one of several kept out before, in the field of older SDKs too', () => {
    const two = accountOf(CHECKOUT, { holdouts: [{ ...nobody, id: 33 }, nobody] });
    for (const before of [{ isInHoldoutId: [32] }, { isInHoldoutId: 32 }, { holdoutGroupId: 32 }]) {
      const { flag, events, records } = checkout(two, { featureKey: 'checkout', userId: 'ann', ...before });
      expect([flag.isEnabled(), events]).toEqual([false, [holdout(33, 2)]]);
      expect(records[0]?.record).toMatchObject({ isInHoldoutId: [32], notInHoldoutId: [33] });
    }
  });

  it('do not look again at groups that a record names', () => {
    const known = { featureKey: 'checkout', userId: 'ann', notInHoldoutId: [31] };
    const { flag, events } = checkout(accountOf(CHECKOUT, { holdouts: [everybody] }), known);
    expect([flag.isEnabled(), events]).toEqual([true, [rollout, test]]);
  });

  it('keep out whom they kept out before, of new groups too, whatever else is stored', () => {
    const both = accountOf(CHECKOUT, { holdouts: [nobody, everybody] });
    const { flag, records } = checkout(both, checkoutRecord('ann', { isInHoldoutId: [32] }));
    expect([flag.reason, records[0]?.record]).toEqual([
      'holdout',
      { featureKey: 'checkout', featureId: 1, userId: 'ann', isInHoldoutId: [32, 31] },
    ]);
  });

  it('leave a stored list as it is, and take from it only ids', () => {
    const record = { featureKey: 'checkout', userId: 'ann', isInHoldoutId: [null, 32] };
    const { records } = checkout(accountOf(CHECKOUT, { holdouts: [nobody, everybody] }), record);
    expect(records[0]?.record['isInHoldoutId']).toEqual([32, 31]);
    expect(record.isInHoldoutId).toEqual([null, 32]);
  });

  it('are stored beside a stored rollout, which keeps its fields', () => {
    const {
      experimentId: _i,
      experimentKey: _k,
      experimentVariationId: _v,
      ...rollout
    } = checkoutRecord('ann', {
      rolloutId: 77,
      isInHoldoutId: [9],
    });
    const { records } = checkout(
      accountOf({ checkout: [{ id: 1 }] }, { holdouts: [everybody] }),
      rollout as StoredDecision,
    );
    const { isInHoldoutId: _gone, ...kept } = rollout as Record<string, unknown>;
    expect(records[0]?.record).toEqual({ ...kept, notInHoldoutId: [31] });
  });

  it('are stored without an empty list', () => {
    const { records } = checkout(accountOf(CHECKOUT, { holdouts: [everybody] }));
    expect(records[0]?.record).toEqual({ featureKey: 'checkout', featureId: 1, userId: 'ann', isInHoldoutId: [31] });
  });

  it('stay stored when they are gone from the settings, as far as the user was not in them', () => {
    const before = { featureKey: 'checkout', featureId: 1, userId: 'ann' };
    const now = checkoutRecord('ann', { experimentVariationId: 1 });
    const after = (more: object) => checkout(accountOf(CHECKOUT), { ...before, ...more }).records[0]?.record;
    expect(after({ notInHoldoutId: [32] })).toEqual({ ...now, notInHoldoutId: [32] });
    expect(after({ isInHoldoutId: [31] })).toEqual(now);
    expect([after({ notInHoldoutId: [] }), after({ notInHoldoutId: 'x' })]).toEqual([now, now]);
  });

  it('do not take a flag away from whoever has it stored, who stays sticky beside the new group', () => {
    const { flag, events, records } = checkout(accountOf(CHECKOUT, { holdouts: [everybody] }), checkoutRecord('ann'));
    expect([flag.variation?.id, flag.source, events]).toEqual([2, 'storage', [holdout(31, 2)]]);
    expect(records[0]?.record).toEqual(checkoutRecord('ann', { notInHoldoutId: [31] }));
    const again = checkout(accountOf(CHECKOUT, { holdouts: [everybody] }), records[0]?.record);
    expect([again.flag.variation?.id, again.events, again.records]).toEqual([2, [], []]);
  });

  it('keep what is stored of groups that were looked at before, whatever is decided now', () => {
    const before = { featureKey: 'checkout', userId: 'ann', notInHoldoutId: [7] };
    const lists = (holdouts: readonly object[]): unknown => {
      const [change] = checkout(accountOf(CHECKOUT, { holdouts }), before).records;
      return [change?.record['isInHoldoutId'], change?.record['notInHoldoutId']];
    };
    expect(lists([nobody])).toEqual([undefined, [7, 32]]);
    expect(lists([everybody])).toEqual([[31], [7]]);
  });

  it('look at new groups with what the gateway knows, for users whom they keep out already', () => {
    const abroad = { ...everybody, id: 33, segments: { and: [{ country: 'DE' }] } };
    const account = accountOf(CHECKOUT, { holdouts: [everybody, abroad] });
    const before = { featureKey: 'checkout', userId: 'ann', isInHoldoutId: [31] };
    const seen = (country: string) =>
      checkout(account, before, { ipAddress: '::1', gateway: { location: { country } } }).events;
    expect([seen('DE'), seen('FR')]).toEqual([[holdout(33, 1)], [holdout(33, 2)]]);
  });

  it('remember groups that were looked at when the flag is off for other reasons; that counts as off', () => {
    const features = {
      checkout: [{ id: 1, traffic: 0 }],
      pricing: [{ id: 3, segments: { or: [{ featureId: { 1: 'off' } }] } }],
    };
    const account = accountOf(features, { holdouts: [{ ...nobody, isGlobal: false, featureIds: [1] }] });
    const { events, records } = checkout(account);
    expect([events, records[0]?.record]).toEqual([
      [holdout(32, 2)],
      { featureKey: 'checkout', featureId: 1, userId: 'ann', notInHoldoutId: [32] },
    ]);
    const stored = storedAs(records[0]?.record ?? { userId: '' });
    expect(decide(account, 'checkout', user('ann'), stored)).toMatchObject({ events: [], records: [] });
    expect(decide(account, 'pricing', user('ann'), stored).flag.isEnabled()).toBe(true);
  });

  it('close a feature’s campaigns in mutually exclusive groups', () => {
    const account = accountOf(
      { checkout: [{ id: 2, type: 'FLAG_TESTING' }], pricing: [{ id: 4, type: 'FLAG_TESTING' }] },
      {
        groups: { 7: { campaigns: ['2', '4'] } },
        campaignGroups: { 2: 7, 4: 7 },
        holdouts: [{ ...everybody, isGlobal: false, featureIds: [2] }],
      },
    );
    const ids = Array.from({ length: 50 }, (_, i) => `user-${i}`);
    expect(ids.every((id) => decide(account, 'checkout', user(id), NOTHING_STORED).flag.isEnabled())).toBe(true);
  });
});
