import { describe, expect, it } from '@jest/globals';
import { type CompiledSettings, decide } from '../../../lib/fme/engine/index.js';
import type { StoredDecision, VwoNotice } from '../../../lib/model/index.js';
import { accountOf, CHECKOUT, checkoutRecord, NOTHING_STORED, storedAs, user } from './account.fixture.js';
import { everybody, nobody } from './holdout.fixture.js';

/** What `integrations.callback` is told; random accounts are compared with VWO's SDK in test/differential. */
function noticeOf(settings: CompiledSettings, record?: StoredDecision): VwoNotice | undefined {
  return decide(settings, 'checkout', user('ann'), record ? storedAs(record) : NOTHING_STORED, true).notice;
}

describe('what is told of a decision', () => {
  it('is nothing unless it is asked for', () => {
    expect(decide(accountOf(CHECKOUT), 'checkout', user('ann'), NOTHING_STORED)).not.toHaveProperty('notice');
  });

  it('names the rules that let the user in, and how they know the user', () => {
    expect(noticeOf(accountOf(CHECKOUT))).toMatchObject({
      featureKey: 'checkout',
      userId: 'ann',
      api: 'getFlag',
      rolloutId: 1,
      experimentId: 2,
      experimentVariationId: 1,
      customVariables: { _vwoUserId: 'ann' },
      variationTargetingVariables: { _vwoUserId: 'ann' },
    });
    expect(noticeOf(accountOf(CHECKOUT))).not.toHaveProperty('isPartOfHoldout');
  });

  it('is nothing where the decision was stored', () => {
    expect(noticeOf(accountOf(CHECKOUT), checkoutRecord('ann'))).toBeUndefined();
    const heldOut = { featureKey: 'checkout', userId: 'ann', isInHoldoutId: [31] };
    expect(noticeOf(accountOf(CHECKOUT, { holdouts: [everybody] }), heldOut)).toBeUndefined();
  });

  it('tells of the holdout groups of a feature (SDK 1.39)', () => {
    const inside = noticeOf(accountOf(CHECKOUT, { holdouts: [nobody, everybody] }));
    expect(inside).toMatchObject({ holdoutIDs: [31], isPartOfHoldout: true, isHoldoutPresent: true, isEnabled: false });
    expect(inside).toMatchObject({ isUserPartOfCampaign: false });
    expect(inside).not.toHaveProperty('rolloutId');
    const outside = noticeOf(accountOf(CHECKOUT, { holdouts: [nobody] }));
    expect(outside).toMatchObject({ holdoutIDs: [], isPartOfHoldout: false, isHoldoutPresent: true });
    expect(outside).toMatchObject({ isUserPartOfCampaign: true, rolloutId: 1 });
  });
});
