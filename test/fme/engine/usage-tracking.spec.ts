import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import {
  accountOf,
  CHECKOUT,
  checkoutRecord,
  type GivenRule,
  NOTHING_STORED,
  rolledOutRecord,
  user,
} from './account.fixture.js';
import { checkout, everybody, holdout, nobody, rollout, test } from './holdout.fixture.js';

const usage = { name: 'vwo_feTrackUsage' };

describe('usage tracking (SDK 1.55)', () => {
  const mau = { isMAU: true };

  it('is sent where no impression says that the user was here', () => {
    const off = accountOf({ checkout: [{ id: 1, traffic: 0 }] }, mau);
    expect(checkout(accountOf(CHECKOUT, mau), checkoutRecord('ann')).events).toEqual([usage]);
    expect(checkout(off).events).toEqual([usage]);
    expect(decide(off, 'unknown', user('ann'), NOTHING_STORED).events).toEqual([usage]);
    const rolledOut = rolledOutRecord('ann');
    expect(checkout(accountOf({ checkout: [{ id: 1 }] }, mau), rolledOut).events).toEqual([usage]);
  });

  it('is sent beside groups that were only looked at, where the flag itself is not news', () => {
    const heldOut = { featureKey: 'checkout', userId: 'ann', isInHoldoutId: [31] };
    const known = { featureKey: 'checkout', userId: 'ann', notInHoldoutId: [32] };
    const rolledOut = rolledOutRecord('ann');
    const alone = { checkout: [{ id: 1 }] };
    const off = { checkout: [{ id: 1, traffic: 0 }] };
    expect(checkout(accountOf(CHECKOUT, { ...mau, holdouts: [everybody] }), heldOut).events).toEqual([usage]);
    expect(checkout(accountOf(CHECKOUT, { ...mau, holdouts: [everybody, nobody] }), heldOut).events).toEqual([
      holdout(32, 2),
      usage,
    ]);
    expect(checkout(accountOf(off, { ...mau, holdouts: [nobody] }), known).events).toEqual([usage]);
    expect(checkout(accountOf(off, { holdouts: [nobody] }), known).events).toEqual([]);
    expect(checkout(accountOf(alone, { ...mau, holdouts: [everybody] }), rolledOut).events).toEqual([
      holdout(31, 2),
      usage,
    ]);
  });

  it('is not sent where a rollout or an experiment alone tells of the user', () => {
    const one = (rule: GivenRule) => checkout(accountOf({ checkout: [rule] }, { ...mau, holdouts: [nobody] })).events;
    expect(one({ id: 1 })).toEqual([holdout(32, 2), rollout]);
    expect(one({ id: 2, type: 'FLAG_TESTING' })).toEqual([holdout(32, 2), test]);
  });

  it('is not sent beside an impression, nor where the account does not count users', () => {
    expect(checkout(accountOf(CHECKOUT, mau)).events).toEqual([rollout, test]);
    expect(checkout(accountOf(CHECKOUT, { ...mau, holdouts: [everybody] })).events).toEqual([holdout(31, 1)]);
    expect(checkout(accountOf({ checkout: [{ id: 1, traffic: 0 }] }, { ...mau, holdouts: [nobody] })).events).toEqual([
      holdout(32, 2),
    ]);
    expect(checkout(accountOf(CHECKOUT), checkoutRecord('ann')).events).toEqual([]);
  });
});
