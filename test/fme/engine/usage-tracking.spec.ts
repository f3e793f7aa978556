import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import { accountOf, CHECKOUT, checkoutRecord, NOTHING_STORED, user } from './account.fixture.js';
import { checkout, everybody, holdout, nobody, rollout, test } from './holdout.fixture.js';

const usage = { name: 'vwo_feTrackUsage' };

describe('usage tracking (SDK 1.55)', () => {
  const mau = { isMAU: true };

  it('is sent where no impression says that the user was here', () => {
    const off = accountOf({ checkout: [{ id: 1, traffic: 0 }] }, mau);
    expect(checkout(accountOf(CHECKOUT, mau), checkoutRecord('ann')).events).toEqual([usage]);
    expect(checkout(off).events).toEqual([usage]);
    expect(decide(off, 'unknown', user('ann'), NOTHING_STORED).events).toEqual([usage]);
    const rolledOut = {
      featureKey: 'checkout',
      userId: 'ann',
      rolloutId: 1,
      rolloutKey: 'checkout_1',
      rolloutVariationId: 1,
    };
    expect(checkout(accountOf({ checkout: [{ id: 1 }] }, mau), rolledOut).events).toEqual([usage]);
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
