import { describe, expect, it } from '@jest/globals';
import { compile, decide, type VwoSettings } from '../../../lib/fme/engine/index.js';
import type { StoredDecision } from '../../../lib/model/index.js';
import { checkoutRecord, type GivenFeatures, NOTHING_STORED, storedAs, user } from './account.fixture.js';
import { got, grouped, groupedSettings, personal, storedWinners } from './group.fixture.js';
import { everybody } from './holdout.fixture.js';

const test = 'FLAG_TESTING' as const;
const features: GivenFeatures = { checkout: [{ id: 2, type: test }], pricing: [{ id: 4, type: test }] };
/** `checkout` goes first, so that `pricing` wins only where `checkout` is not among the candidates. */
const checkoutFirst = { et: 2, p: ['2'] };
const pricingFirst = { et: 2, p: ['4'] };

function inPricing(id: string, more: object = {}): StoredDecision {
  return {
    featureKey: 'pricing',
    userId: id,
    experimentId: 4,
    experimentKey: 'pricing_4',
    experimentVariationId: 1,
    ...more,
  };
}

describe('campaigns of a mutually exclusive group that already have the user', () => {
  it('go before all others, whatever the group would choose now', () => {
    const settings = grouped(features, ['2', '4'], checkoutFirst);
    expect(got(settings)).toEqual({ checkout: '2: 1', pricing: 'group' });
    expect(got(settings, [inPricing('ann')])).toEqual({ checkout: 'group', pricing: '4: 1' });
  });

  it('share the user by the rules of the group when there are several', () => {
    const settings = grouped(features, ['2', '4'], { et: 1 });
    const inCheckout = (id: string) => checkoutRecord(id, { experimentVariationId: 9 });
    const winners = storedWinners(settings, (id) => [inPricing(id), { ...inCheckout(id), experimentVariationId: 1 }]);
    expect(winners).toEqual([]); // nothing is decided for whom `checkout` is stored
    const search = grouped({ ...features, search: [{ id: 6, type: test }] }, ['2', '4', '6'], { et: 1 });
    const inSearch = (id: string) =>
      inPricing(id, { featureKey: 'search', experimentId: 6, experimentKey: 'search_6' });
    const among = storedWinners(search, (id) => [inPricing(id), inSearch(id)]);
    expect([among.length, new Set(among)]).toEqual([100, new Set([4, 6])]);
  });

  it('are the only ones of their feature', () => {
    const twoTests = {
      ...features,
      pricing: [
        { id: 4, type: test },
        { id: 6, type: test },
      ],
    };
    expect(storedWinners(grouped(twoTests, ['2', '4', '6']), (id) => [inPricing(id)])).toEqual([]);
  });

  it('count once, however many rules they have', () => {
    const settings = personal({ et: 1 });
    const stored = { featureKey: 'checkout', userId: 'ann', experimentKey: 'checkout_5', experimentVariationId: 2 };
    const { flag, records } = decide(settings, 'pricing', user('ann'), storedAs(stored));
    expect([flag.reason, records]).toEqual(['group', []]);
  });

  it.each([
    ['whose variation is gone', { experimentVariationId: 9 }],
    ['without a variation', { experimentVariationId: undefined }],
    ['of another campaign', { experimentKey: 'pricing_9' }],
    ['of another user', { userId: 'bob' }],
  ])('are not those %s', (_what, more) => {
    expect(got(grouped(features, ['2', '4'], checkoutFirst), [inPricing('ann', more)])).toMatchObject({
      checkout: '2: 1',
    });
  });

  it('are not those whose variation has no id: such a decision is never stored', () => {
    const settings = groupedSettings(features, ['2', '4'], checkoutFirst);
    const [checkout, pricing] = settings.campaigns as readonly object[];
    const odd = compile({
      ...settings,
      campaigns: [checkout ?? {}, { ...pricing, variations: [{ id: 0, weight: 100 }] }],
    } as VwoSettings);
    expect(got(odd, [inPricing('ann', { experimentVariationId: 0 })])).toMatchObject({ checkout: '2: 1' });
  });

  it('do not count another feature’s record as refused: it is, where that feature is decided', () => {
    const settings = compile({
      ...groupedSettings(features, ['2', '4'], checkoutFirst),
      holdouts: [{ ...everybody, isGlobal: false, featureIds: [2], percentTraffic: 0 }],
    });
    const foreign = storedAs(inPricing('bob'));
    expect(decide(settings, 'checkout', user('ann'), foreign).refused).toBe(0);
    expect(decide(settings, 'pricing', user('ann'), foreign).refused).toBe(1);
  });
});

describe('features of a mutually exclusive group that do not let the user in', () => {
  const behind = (...rollouts: readonly object[]) =>
    grouped(
      { ...features, pricing: [...rollouts.map((each, i) => ({ id: 10 + i, ...each })), { id: 4, type: test }] },
      ['2', '4'],
      pricingFirst,
    );

  it.each<[string, readonly object[], string]>([
    ['by no rollout', [{ segments: { user: 'bob' } }], '2: 1'],
    ['by none of several', [{ segments: { user: 'bob' } }, { segments: { user: 'eve' } }], '2: 1'],
    ['by the traffic of the first rollout that is for the user', [{ traffic: 0 }, { traffic: 100 }], '2: 1'],
  ])('take no part: %s', (_what, rollouts, expected) => {
    expect(got(behind(...rollouts))).toMatchObject({ checkout: expected });
  });

  it('take part again when a rollout lets the user in', () => {
    expect(got(behind({}))).toMatchObject({ checkout: 'group' });
    expect(got(behind({ segments: { user: 'bob' } }, {}))).toMatchObject({ checkout: 'group' });
  });

  it('do not include the one that is decided: it was asked already', () => {
    const settings = compile({
      ...groupedSettings(
        { checkout: [{ id: 1 }, { id: 2, type: test }], pricing: [{ id: 4, type: test }] },
        ['2', '4'],
        checkoutFirst,
      ),
      holdouts: [{ ...everybody, isGlobal: false, featureIds: [1] }],
    });
    const { experimentId: _i, experimentKey: _k, experimentVariationId: _v, ...rolledOut } = checkoutRecord('ann');
    const { flag } = decide(settings, 'checkout', user('ann'), storedAs(rolledOut as StoredDecision));
    expect(flag.variation?.campaignId).toBe(2);
  });
});

describe('campaigns of a group are judged by what the rule that was looked at last knows the user by, as in the official SDK', () => {
  const byId = { or: [{ custom_variable: { _vwoUserId: 'ann' } }] };
  const byListId = { or: [{ custom_variable: { _vwoUserId: 'LIST-ID-OF-ann' } }] };

  it.each<[string, readonly object[], unknown]>([
    ['a rollout that knows user lists', [{ userList: true }], 'group'],
    [
      'the last of the rollouts that it is not for',
      [{ segments: { user: 'x' } }, { segments: { user: 'x' }, userList: true }],
      'group',
    ],
    [
      'the last of three rollouts that it is not for',
      [{ segments: { user: 'x' } }, { segments: { user: 'x' }, userList: true }, { segments: { user: 'x' } }],
      2,
    ],
    ['a rollout that knows none', [{}], 2],
    ['the first rollout that it is for', [{}, { userList: true }], 2],
  ])('%s', (_what, rollouts, expected) => {
    const search = rollouts.map((each, i) => ({ id: 20 + i, ...each }));
    const settings = grouped(
      {
        checkout: [{ id: 2, type: test }],
        search: [...search, { id: 6, type: test }],
        pricing: [{ id: 4, type: test, segments: byListId }],
      },
      ['2', '4', '6'],
      { et: 2, p: ['4', '2'] },
    );
    expect(decide(settings, 'checkout', user('ann'), NOTHING_STORED).flag.variation?.campaignId ?? 'group').toBe(
      expected,
    );
  });

  it('a rollout is looked at in the first group only', () => {
    const settings = groupedSettings(
      {
        checkout: [
          { id: 2, type: test },
          { id: 3, type: test },
        ],
        search: [
          { id: 20, userList: true },
          { id: 6, type: test },
          { id: 8, type: test },
        ],
        pricing: [{ id: 4, type: test, segments: byId }],
      },
      ['2', '6'],
      { et: 2, p: ['6'] },
    );
    const account = compile({
      ...settings,
      groups: { ...settings.groups, 8: { campaigns: ['3', '8', '4'], et: 2, p: ['4'] } },
      campaignGroups: { ...settings.campaignGroups, 3: 8, 8: 8, 4: 8 },
    });
    const decision = decide(account, 'checkout', user('ann'), NOTHING_STORED);
    expect(decision.records.map(({ key, record }) => [key, record['experimentId']])).toEqual([
      ['_vwo_meta_meg_7', 6],
      ['_vwo_meta_meg_8', 4],
    ]);
  });
});
