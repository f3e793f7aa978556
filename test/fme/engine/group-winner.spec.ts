import { describe, expect, it } from '@jest/globals';
import { compile, decide, type VwoSettings } from '../../../lib/fme/engine/index.js';
import { type GivenFeatures, NOTHING_STORED, storedAs, user } from './account.fixture.js';
import { got, grouped, groupedSettings, MEG, personal, winnerRecord } from './group.fixture.js';

const test = 'FLAG_TESTING' as const;
const one: GivenFeatures = { checkout: [{ id: 2, type: test }], pricing: [{ id: 4, type: test }] };
const two: GivenFeatures = {
  checkout: [
    { id: 2, type: test },
    { id: 3, type: test },
  ],
  pricing: [{ id: 4, type: test }],
};
const three = ['2', '3', '4'];

describe('a mutually exclusive group with several campaigns of one feature', () => {
  it('lets the user into the later one if that wins, and stores the winner once', () => {
    const settings = grouped(two, three, { et: 2, p: ['3'] });
    expect(got(settings)).toEqual({ checkout: '3: 1', pricing: 'group' });
    expect(decide(settings, 'checkout', user('ann'), NOTHING_STORED).records.map(({ key }) => key)).toEqual([
      MEG,
      'checkout',
    ]);
  });

  it('keeps the user out of all of them if another feature’s wins', () => {
    expect(got(grouped(two, three, { et: 2, p: ['4'] }))).toEqual({ checkout: 'group', pricing: '4: 1' });
  });

  it('lets the stored winner in, however its record says that it is a whole campaign', () => {
    const settings = grouped(two, three, { et: 2, p: ['4'] });
    for (const whole of [-1, '-1']) {
      expect(got(settings, [winnerRecord(3, whole)])).toEqual({ checkout: '3: 1', pricing: 'group' });
      expect(got(settings, [winnerRecord(2, whole)])).toEqual({ checkout: '2: 1', pricing: 'group' });
    }
  });

  it('lets the stored winner in, though its segment is no longer for the user', () => {
    const settings = grouped({ ...one, checkout: [{ id: 2, type: test, segments: { user: 'bob' } }] }, ['2', '4']);
    expect(got(settings, [winnerRecord(2)])).toEqual({ checkout: '2: 1', pricing: 'group' });
    expect(got(settings)).toMatchObject({ checkout: 'no-rule' });
  });

  it('has no winner for any campaign of a feature where it had none for the first', () => {
    const byListId = { or: [{ custom_variable: { _vwoUserId: 'LIST-ID-OF-ann' } }] };
    const second = { id: 3, type: test, userList: true, segments: byListId };
    const settings = grouped({ ...one, checkout: [{ id: 2, type: test }, second] }, three, { et: 2, wt: { 3: 100 } });
    expect(got(settings)).toMatchObject({ checkout: 'group' });
    expect(got(grouped({ ...one, checkout: [second] }, ['3', '4'], { et: 2, wt: { 3: 100 } }))).toMatchObject({
      checkout: '3: 1',
    });
  });

  it('takes a stored variation of a test for no campaign, once another rule was looked at: as the official SDK does', () => {
    const settings = grouped(two, three, { et: 2, p: ['4'] });
    expect(got(settings, [winnerRecord(3, 1)])).toEqual({ checkout: 'group', pricing: 'group' });
    expect(got(settings, [winnerRecord(2, 1)])).toEqual({ checkout: '2: 1', pricing: 'group' });
  });

  it.each([
    ['experimentKey', { ...winnerRecord(4), experimentKey: '' }],
    ['experimentId', winnerRecord(0)],
  ])('does not believe a stored winner without %s', (_what, record) => {
    expect(got(grouped(one, ['2', '4'], { et: 2, p: ['2'] }), [record])).toEqual({
      checkout: '2: 1',
      pricing: 'group',
    });
  });

  it('names the first refusal that says more than that no rule is for the user', () => {
    const settings = grouped(
      {
        ...two,
        checkout: [
          { id: 2, type: test },
          { id: 3, type: test, segments: { user: 'bob' } },
        ],
      },
      ['2', '4'],
      { et: 2, p: ['4'] },
    );
    expect(got(settings)).toEqual({ checkout: 'group', pricing: '4: 1' });
  });

  it('lets both features in that have the winning test', () => {
    const settings = groupedSettings({ checkout: [{ id: 2, type: test, weights: [100, 0] }] }, ['2', '4'], {
      et: 2,
      p: ['2'],
    });
    const rule = (variationId: number) => ({ type: test, ruleKey: `r-${variationId}`, campaignId: 2, variationId });
    const [campaign] = settings.campaigns as readonly { variations: readonly object[] }[];
    const shared = compile({
      ...settings,
      features: [
        { id: 1, key: 'checkout', rules: [rule(1)] },
        { id: 2, key: 'pricing', rules: [rule(2)] },
        { id: 3, key: 'search', rules: [{ type: test, ruleKey: 'r', campaignId: 4 }] },
      ],
      campaigns: [
        { ...campaign, variations: campaign?.variations.map((each) => ({ ...each, weight: 100 })) },
        { id: 4, key: 'search_4', type: test, percentTraffic: 100, segments: {}, variations: [{ id: 1, weight: 100 }] },
      ],
    } as VwoSettings);
    // The second variation's buckets lie behind the first one's, so that nobody falls into them.
    expect(got(shared)).toEqual({ checkout: '2: 1', pricing: 'traffic', search: 'group' });
  });
});

describe('a winner', () => {
  it('is stored beside the decision itself', () => {
    const settings = grouped(one, ['2', '4'], { et: 2, p: ['2'] });
    expect(decide(settings, 'checkout', user('ann'), NOTHING_STORED).records).toEqual([
      { key: MEG, record: { ...winnerRecord(2), experimentKey: 'checkout_2' } },
      { key: 'checkout', record: expect.objectContaining({ experimentId: 2 }) },
    ]);
  });

  it('is stored by a feature that loses, too', () => {
    const settings = grouped(one, ['2', '4'], { et: 2, p: ['4'] });
    expect(decide(settings, 'checkout', user('ann'), NOTHING_STORED).records).toEqual([
      { key: MEG, record: { ...winnerRecord(4), experimentKey: 'pricing_4' } },
    ]);
  });

  it('is not stored where only one campaign may take the user, who gets in whatever the weights', () => {
    const alone = grouped({ ...one, pricing: [{ id: 4, type: test, traffic: 0 }] }, ['2', '4'], {
      et: 2,
      wt: { 4: 100 },
    });
    const { flag, records } = decide(alone, 'checkout', user('ann'), NOTHING_STORED);
    expect([flag.isEnabled(), records.map(({ key }) => key)]).toEqual([true, ['checkout']]);
  });

  it('is nobody where no campaign of several has a weight', () => {
    const settings = grouped(one, ['2', '4'], { et: 2 });
    expect(got(settings)).toEqual({ checkout: 'group', pricing: 'group' });
    expect(decide(settings, 'checkout', user('ann'), NOTHING_STORED).records).toEqual([]);
  });

  it('may be named by campaign and variation, in priorities and weights', () => {
    for (const more of [{ p: ['4_1'] }, { wt: { '4_1': 100 } }]) {
      expect(got(grouped(one, ['2', '4'], { et: 2, ...more }))).toEqual({ checkout: 'group', pricing: '4: 1' });
    }
  });

  it('is found though a campaign of the group has no variations', () => {
    const settings = grouped({ ...one, pricing: [{ id: 4, type: test, weights: [] }] }, ['2', '4'], {
      et: 2,
      p: ['4_1', '2'],
    });
    expect(got(settings)).toEqual({ checkout: '2: 1', pricing: 'group' });
  });
});

describe('a personalise rule in a mutually exclusive group', () => {
  it('wins by its variation', () => {
    expect(got(personal({ et: 2, p: ['5_1'] }))).toEqual({ checkout: '5: 1', pricing: 'group' });
    expect(got(personal({ et: 2, p: ['5_2'] }))).toEqual({ checkout: '5: 2', pricing: 'group' });
    expect(got(personal({ et: 2, p: ['4'] }))).toEqual({ checkout: 'group', pricing: '4: 1' });
  });

  it('is stored with its variation, and found again', () => {
    const settings = personal({ et: 2, p: ['5_2'] });
    const [meg] = decide(settings, 'checkout', user('ann'), NOTHING_STORED).records;
    expect(meg).toEqual({ key: MEG, record: { ...winnerRecord(5, 2), experimentKey: 'checkout_5' } });
    const later = personal({ et: 2, p: ['4'] });
    expect(got(later, [winnerRecord(5, 2)])).toEqual({ checkout: '5: 2', pricing: 'group' });
    expect(got(later, [winnerRecord(5, 1)])).toEqual({ checkout: '5: 1', pricing: 'group' });
    expect(got(later, [winnerRecord(5, -1)])).toEqual({ checkout: 'group', pricing: 'group' });
    expect(got(later, [winnerRecord(4, 2)])).toEqual({ checkout: 'group', pricing: '4: 1' });
  });

  it('of a variation without id is not stored, as in the official SDK', () => {
    const settings = personal({ et: 2, p: ['5_0'] }, [{ id: 0 }]);
    expect(got(settings)).toEqual({ checkout: '5: 0', pricing: 'group' });
    expect(decide(settings, 'checkout', user('ann'), NOTHING_STORED).records).toEqual([]);
    const nameless = personal({ et: 2, p: ['5_0'] }, [{ id: 0 }], { key: '' });
    expect(decide(nameless, 'checkout', user('ann'), NOTHING_STORED).records).toHaveLength(2);
  });

  it('gives its own variation, the second of a campaign too', () => {
    const settings = personal({});
    expect(decide(settings, 'checkout', user('ann'), storedAs(winnerRecord(5, 2))).flag.reason).toBe('personalize');
  });
});
