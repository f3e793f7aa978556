import { describe, expect, it } from '@jest/globals';
import { type CompiledSettings, decide } from '../../../lib/fme/engine/index.js';
import type { StoredDecision, VwoNotice } from '../../../lib/model/index.js';
import {
  accountOf,
  CHECKOUT,
  checkoutRecord,
  type GivenRule,
  NOTHING_STORED,
  rolledOutRecord,
  storedAs,
  user,
} from './account.fixture.js';
import { everybody, nobody } from './holdout.fixture.js';

/** What `integrations.callback` is told; random accounts are compared with VWO's SDK in test/differential. */
function noticeOf(settings: CompiledSettings, record?: StoredDecision, more: object = {}): VwoNotice | undefined {
  return decide(settings, 'checkout', user('ann', more), record ? storedAs(record) : NOTHING_STORED, true).notice;
}

const ABOUT = { featureName: 'checkout', featureId: 1, featureKey: 'checkout', userId: 'ann', api: 'getFlag' };
const BY_ID = 'ann';
const BY_LIST = 'LIST-ID-OF-ann';

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
    expect(inside).toEqual({
      ...ABOUT,
      holdoutIDs: [31],
      isPartOfHoldout: true,
      isHoldoutPresent: true,
      isUserPartOfCampaign: false,
      isEnabled: false,
    });
    const outside = noticeOf(accountOf(CHECKOUT, { holdouts: [nobody] }));
    expect(outside).toMatchObject({ holdoutIDs: [], isPartOfHoldout: false, isHoldoutPresent: true });
    expect(outside).toMatchObject({ isUserPartOfCampaign: true, rolloutId: 1 });
  });

  it('says that holdout groups were looked at: now, or before the user got the feature', () => {
    const known = { featureKey: 'checkout', userId: 'ann', notInHoldoutId: [32] };
    const rolledOut = { ...rolledOutRecord('ann'), ...known };
    const alone = accountOf({ checkout: [{ id: 1 }] }, { holdouts: [nobody] });
    expect(noticeOf(alone, known)).toMatchObject({ isHoldoutPresent: false, isUserPartOfCampaign: true });
    expect(noticeOf(alone, rolledOut)).toMatchObject({ isHoldoutPresent: true, holdoutIDs: [] });
    const off = accountOf({ checkout: [{ id: 1, traffic: 0 }] }, { holdouts: [nobody] });
    expect(noticeOf(off)).toMatchObject({ isHoldoutPresent: true, isUserPartOfCampaign: false });
    expect(noticeOf(off)).not.toHaveProperty('isEnabled');
  });
});

describe('what is told of how the rules know the user', () => {
  const test = 'FLAG_TESTING' as const;
  const not = { segments: { user: 'bob' } };
  const list = { userList: true };
  const forced = { whitelists: [{ or: [{ custom_variable: { role: 'tester' } }] }] };

  /** By which id: for the rules, and for whitelists. */
  function ids(rules: readonly GivenRule[], more: object = {}): unknown[] {
    const notice = noticeOf(accountOf({ checkout: rules }), undefined, more);
    return [notice?.['customVariables'], notice?.['variationTargetingVariables']].map(
      (variables) => (variables as { _vwoUserId?: unknown } | undefined)?._vwoUserId,
    );
  }

  it.each<[string, readonly GivenRule[], readonly unknown[]]>([
    ['a rollout', [{ id: 1 }], [BY_ID, undefined]],
    ['a rollout that knows user lists', [{ id: 1, ...list }], [BY_LIST, undefined]],
    ['the first rollout that the user is in', [{ id: 1 }, { id: 3, ...list }], [BY_ID, undefined]],
    [
      'the last of the rollouts that the user is not in',
      [
        { id: 1, ...not },
        { id: 3, ...not, ...list },
        { id: 4, ...not },
      ],
      [BY_ID, undefined],
    ],
    [
      'a test',
      [
        { id: 1, ...list },
        { id: 2, type: test },
      ],
      [BY_ID, BY_ID],
    ],
    ['a test that knows user lists', [{ id: 1 }, { id: 2, type: test, ...list }], [BY_LIST, BY_LIST]],
    [
      'the last of two tests',
      [
        { id: 2, type: test, ...not },
        { id: 3, type: test, ...list },
      ],
      [BY_LIST, BY_LIST],
    ],
    [
      'the first of two tests, where it takes the user',
      [
        { id: 2, type: test },
        { id: 3, type: test, ...list },
      ],
      [BY_ID, BY_ID],
    ],
    [
      'a personalise rule, and the test before it',
      [
        { id: 2, type: test, ...not, ...list },
        { id: 3, type: 'FLAG_PERSONALIZE' },
      ],
      [BY_ID, BY_LIST],
    ],
    ['a personalise rule without a test', [{ id: 3, type: 'FLAG_PERSONALIZE' }], [BY_ID, undefined]],
    ['nothing', [], [undefined, undefined]],
  ])('%s', (_what, rules, expected) => expect(ids(rules)).toEqual(expected));

  it.each<[string, readonly GivenRule[], readonly unknown[]]>([
    [
      'the rollout, where it is the first rule',
      [
        { id: 1, ...list },
        { id: 2, type: test, ...forced },
      ],
      [BY_LIST, BY_ID],
    ],
    [
      'the test before it',
      [
        { id: 1 },
        { id: 3, type: test, ...not },
        { id: 4, type: test, ...not, ...list },
        { id: 2, type: test, ...forced },
      ],
      [BY_LIST, BY_ID],
    ],
  ])('of a user who is forced into a variation: %s', (_what, rules, expected) => {
    expect(ids(rules, { variationTargetingVariables: { role: 'tester' } })).toEqual(expected);
  });

  it('with the user’s variables', () => {
    const more = { customVariables: { plan: 'gold' }, variationTargetingVariables: { role: 'tester' } };
    expect(noticeOf(accountOf(CHECKOUT), undefined, more)).toMatchObject({
      customVariables: { plan: 'gold', _vwoUserId: 'ann' },
      variationTargetingVariables: { role: 'tester', _vwoUserId: 'ann' },
    });
  });

  describe('beside a stored rollout', () => {
    const {
      experimentId: _i,
      experimentKey: _k,
      experimentVariationId: _v,
      ...rollout
    } = checkoutRecord('ann', { rolloutId: 77 });
    const record = rollout as StoredDecision;

    it('is nothing more, where there is no experiment', () => {
      expect(noticeOf(accountOf({ checkout: [{ id: 1 }] }), record)).toEqual(ABOUT);
    });

    it('is the rollout as it was stored, with an experiment', () => {
      expect(noticeOf(accountOf(CHECKOUT), record)).toMatchObject({
        rolloutId: 77,
        rolloutVariationId: 1,
        experimentId: 2,
      });
    });

    it('is the experiment alone, where the user is forced into it', () => {
      const account = accountOf({ checkout: [{ id: 1 }, { id: 2, type: test, ...forced }] });
      const told = noticeOf(account, record, { variationTargetingVariables: { role: 'tester' } });
      expect(told).toMatchObject({ experimentId: 2 });
      expect([told?.['rolloutId'], told?.['rolloutKey'], told?.['customVariables']]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(noticeOf(account, undefined, { variationTargetingVariables: { role: 'tester' } })).toMatchObject({
        rolloutId: 1,
      });
    });
  });
});
