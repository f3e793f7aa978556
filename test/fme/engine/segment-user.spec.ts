import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import { listKey, type StoredDecision } from '../../../lib/model/index.js';
import { accountOf, CHECKOUT, checkoutRecord, NOTHING_STORED, storedAs, user } from './account.fixture.js';
import { checkout, everybody } from './holdout.fixture.js';
import { gold, isIn, tester } from './segment.fixture.js';

describe('users by their id', () => {
  it('are one of those that are listed, blanks aside', () => {
    expect([isIn({ user: 'bob, ann ,eve' }), isIn({ user: 'bob' }), isIn({ user: 'annette' })]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are known by a variable of that name to holdout groups, which look before any rule: as in the official SDK', () => {
    const away = (segments: object) => accountOf(CHECKOUT, { holdouts: [{ ...everybody, segments }] });
    for (const segments of [{ or: [{ user: 'bob' }] }, { or: [{ custom_variable: { _vwoUserId: 'bob' } }] }]) {
      expect(checkout(away(segments), undefined, { customVariables: { _vwoUserId: 'bob' } }).flag.isEnabled()).toBe(
        false,
      );
      expect(decide(away(segments), 'checkout', user('bob'), NOTHING_STORED).flag.isEnabled()).toBe(true);
    }
  });
});

describe('users by a list of VWO’s', () => {
  const inList = (variable: string) => ({ or: [{ custom_variable: { [variable]: 'inlist(list-1)' } }] });
  const listed = (attribute: string) => ({ gateway: { lists: new Map([[listKey('list-1', attribute), true]]) } });

  it('are in it by a variable, or by their id', () => {
    expect(isIn(inList('email'), { ...listed('a@b.c'), customVariables: { email: 'a@b.c' } })).toBe(true);
    expect(isIn(inList('email'), { ...listed('a@b.c'), customVariables: { email: 'x@b.c' } })).toBe(false);
    expect([isIn(inList('_vwoUserId'), listed('ann')), isIn(inList('_wingifyUserId'), listed('ann'))]).toEqual([
      true,
      true,
    ]);
    expect(isIn(inList('_vwoUserId'), { ...listed('bob'), customVariables: { _vwoUserId: 'bob' } })).toBe(false);
  });

  it('are in none by a variable that they do not have', () => {
    expect(isIn(inList('email'), { ...listed('undefined'), customVariables: { name: 'undefined' } })).toBe(false);
    expect(isIn(inList('email'), { customVariables: { email: 'a@b.c' } })).toBe(false);
  });
});

describe('users by another feature of theirs', () => {
  const features = { checkout: [{ id: 1 }], pricing: [{ id: 2 }], search: [{ id: 3 }] };
  const account = (wanted: string, operands: readonly object[] = []) =>
    accountOf({ ...features, checkout: [{ id: 1, segments: { or: [...operands, { featureId: { 2: wanted } }] } }] });
  const isOn = (stored: object | undefined, wanted: string): boolean =>
    decide(
      account(wanted),
      'checkout',
      user('ann'),
      stored ? storedAs({ featureKey: 'pricing', userId: 'ann', ...stored } as StoredDecision) : NOTHING_STORED,
    ).flag.isEnabled();

  it.each<[string, object | undefined, boolean]>([
    ['nothing', undefined, false],
    ['a rollout', { rolloutKey: 'pricing_2', rolloutVariationId: 1 }, true],
    ['an experiment', { experimentKey: 'pricing_4', experimentVariationId: 1 }, true],
    ['a rollout beside holdout groups', { rolloutKey: 'pricing_2', notInHoldoutId: [9] }, true],
    ['an experiment beside holdout groups', { experimentKey: 'pricing_4', notInHoldoutId: [9] }, true],
    ['that the user is in a holdout group', { isInHoldoutId: [9] }, false],
    ['that the user is in no holdout group', { notInHoldoutId: [9] }, false],
    ['no more than whose record it is', {}, true],
    ['what belongs to another user', { userId: 'bob', rolloutKey: 'pricing_2' }, false],
  ])('count it as on or off where the store has %s', (_what, stored, on) => {
    expect([isOn(stored, 'on'), isOn(stored, 'off')]).toEqual([on, !on]);
  });

  it('settle the whole `or` with it: what follows is not looked at, as in the official SDK', () => {
    const settled = accountOf({
      ...features,
      checkout: [{ id: 1, segments: { or: [gold, { featureId: { 2: 'on' } }, tester] } }],
    });
    const has = (customVariables: object) =>
      decide(
        settled,
        'checkout',
        user('ann', { customVariables: { ...customVariables } }),
        NOTHING_STORED,
      ).flag.isEnabled();
    expect([has({ plan: 'gold' }), has({ role: 'tester' })]).toEqual([true, false]);
  });

  it('find the feature by an id of several digits', () => {
    const many = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`f${i + 1}`, [{ id: i + 1 }]]));
    const segments = { or: [{ featureId: { 12: 'on' } }] };
    const settings = accountOf({ ...many, f1: [{ id: 1, segments }] });
    const stored = storedAs({ featureKey: 'f12', featureId: 12, userId: 'ann', rolloutKey: 'f12_12' });
    expect(settings.problems).toEqual([]);
    expect(decide(settings, 'f1', user('ann'), stored).flag.isEnabled()).toBe(true);
  });

  it('are not taken for that by a variable whose name is a number and whose value is “on”', () => {
    const segments = { or: [{ custom_variable: { 2: 'on' } }] };
    const settings = accountOf({ ...features, checkout: [{ id: 1, segments }] });
    const stored = storedAs({ featureKey: 'pricing', userId: 'ann', rolloutKey: 'pricing_2' });
    expect(decide(settings, 'checkout', user('ann'), stored).flag.isEnabled()).toBe(false);
    expect(decide(settings, 'checkout', user('ann', { customVariables: { 2: 'on' } }), stored).flag.isEnabled()).toBe(
      true,
    );
  });

  it('do not count a record of the other feature’s as refused: it is, where that feature is decided', () => {
    const foreign = storedAs(checkoutRecord('bob', { featureKey: 'pricing', featureId: 2 }));
    expect(decide(account('on'), 'checkout', user('ann'), foreign).refused).toBe(0);
    expect(decide(account('on'), 'pricing', user('ann'), foreign).refused).toBe(1);
  });
});
