import { describe, expect, it } from '@jest/globals';
import { compile, type CompiledSettings, decide } from '../../../lib/fme/engine/index.js';
import { rangeHolding, sharesOf } from '../../../lib/fme/engine/bucketing/bucket-ranges.js';
import { accountOf, NOTHING_STORED, settingsOf, user } from './account.fixture.js';
import { everybody } from './holdout.fixture.js';
import { usersAround } from './shares.fixture.js';

const ACCOUNT = 123456;
const forced = { or: [{ custom_variable: { role: 'tester' } }] };

/** The campaign and the variation that a user gets of the feature `f`. */
function given(settings: CompiledSettings, id: string): string {
  const more = { variationTargetingVariables: { role: 'tester' } };
  const { variation } = decide(settings, 'f', user(id, more), NOTHING_STORED).flag;
  return variation ? `${variation.campaignId}: ${variation.id}` : 'off';
}

const both = (settings: CompiledSettings, prefix: string, share: number): string[] =>
  usersAround(prefix, share).map((id) => given(settings, id));

describe('shares', () => {
  it('lie end to end, each rounded up to a whole bucket; no weight is no share', () => {
    expect(sharesOf([33.3333, 0, undefined, NaN, 33.3333, 100])).toEqual([
      { start: 1, end: 3334 },
      { start: -1, end: -1 },
      { start: -1, end: -1 },
      { start: -1, end: -1 },
      { start: 3335, end: 6668 },
      { start: 6669, end: 16668 },
    ]);
  });

  it('are 10,000 buckets at most', () => {
    expect(sharesOf([250, 1])).toEqual([
      { start: 1, end: 10_000 },
      { start: 10_001, end: 10_100 },
    ]);
  });

  it('hold their first and their last bucket', () => {
    const shares = sharesOf([50, 25]);
    expect([1, 5_000, 5_001, 7_500].map((bucket) => rangeHolding(shares, bucket))).toEqual([
      shares[0],
      shares[0],
      shares[1],
      shares[1],
    ]);
    expect(rangeHolding(shares, 7_501)).toBeUndefined();
    expect(rangeHolding(shares.slice(1), 5_000)).toBeUndefined();
  });
});

describe('a share ends at the very user at whom it ends in every other SDK of VWO', () => {
  it('of the traffic of a test', () => {
    expect(both(accountOf({ f: [{ id: 2, type: 'FLAG_TESTING', traffic: 90 }] }), '2_', 0.9)).toEqual(['2: 1', 'off']);
  });

  it('of the traffic of a rollout', () => {
    expect(both(accountOf({ f: [{ id: 2, traffic: 30 }] }), '2_', 0.3)).toEqual(['2: 1', 'off']);
  });

  it('of a variation of a test', () => {
    const split = accountOf({ f: [{ id: 2, type: 'FLAG_TESTING', weights: [90, 10] }] });
    expect(both(split, `2_${ACCOUNT}_`, 0.9)).toEqual(['2: 1', '2: 2']);
  });

  it('of a test whose variations are no whole: the others get none', () => {
    const split = accountOf({ f: [{ id: 2, type: 'FLAG_TESTING', weights: [40, 50] }] });
    expect(both(split, `2_${ACCOUNT}_`, 0.9)).toEqual(['2: 2', 'off']);
  });

  it('of a variation whose weight is no number is none, and the others keep theirs', () => {
    const settings = settingsOf({ f: [{ id: 2, type: 'FLAG_TESTING', weights: [40, 20, 40] }] });
    const [test] = settings['campaigns'] as { variations: { weight: unknown }[] }[];
    test!.variations[1]!.weight = 'half';
    expect(both(compile(settings), `2_${ACCOUNT}_`, 0.4)).toEqual(['2: 1', '2: 3']);
    expect(both(compile(settings), `2_${ACCOUNT}_`, 0.8)).toEqual(['2: 3', 'off']);
  });

  it('of the only variation that a rule of a test is about', () => {
    const settings = settingsOf({ f: [{ id: 2, type: 'FLAG_TESTING', weights: [50, 50] }] });
    const features = [{ id: 1, key: 'f', rules: [{ type: 'FLAG_TESTING', campaignId: 2, variationId: 2 }] }];
    expect(both(compile({ ...settings, features }), `2_${ACCOUNT}_`, 0.5)).toEqual(['off', '2: 2']);
  });

  it('of the variations that a user is forced into', () => {
    const account = accountOf({
      f: [{ id: 2, type: 'FLAG_TESTING', traffic: 0, weights: [30, 10, 60], whitelists: [forced, forced] }],
    });
    expect(both(account, '2_', 0.75)).toEqual(['2: 1', '2: 2']);
  });

  it('of those without weights, evenly', () => {
    const account = accountOf({
      f: [{ id: 2, type: 'FLAG_TESTING', traffic: 0, weights: [0, 0, 100], whitelists: [forced, forced] }],
    });
    expect(both(account, '2_', 0.5)).toEqual(['2: 1', '2: 2']);
  });

  it('of a holdout group', () => {
    const held = accountOf({ f: [{ id: 2 }] }, { holdouts: [{ ...everybody, percentTraffic: 90 }] });
    expect(both(held, `${ACCOUNT}_31_`, 0.9)).toEqual(['off', '2: 1']);
  });

  it.each<[number, number, readonly [string, string]]>([
    [2, 0.5, ['1: 1', 'off']],
    [3, 0.3334, ['1: 1', 'off']],
    [3, 0.6668, ['off', 'off']],
  ])('of a mutually exclusive group of %d', (count, share, expected) => {
    const keys = ['f', 'g', 'h'].slice(0, count);
    const features = Object.fromEntries(keys.map((key, i) => [key, [{ id: i + 1, type: 'FLAG_TESTING' as const }]]));
    const campaigns = keys.map((_, i) => String(i + 1));
    const grouped = accountOf(features, {
      groups: { 7: { campaigns } },
      campaignGroups: Object.fromEntries(campaigns.map((id) => [id, 7])),
    });
    expect(both(grouped, '7_', share)).toEqual(expected);
    const winner = (id: string) =>
      keys.filter((key) => decide(grouped, key, user(id), NOTHING_STORED).flag.isEnabled());
    const at = Math.round(share * count) - 1;
    expect(usersAround('7_', share).map(winner)).toEqual([[keys[at]], [keys[at + 1]]]);
  });

  it('of a group by weights, which may leave users to nobody', () => {
    const weighed = accountOf(
      {
        f: [{ id: 1, type: 'FLAG_TESTING' }],
        g: [{ id: 2, type: 'FLAG_TESTING' }],
        h: [{ id: 3, type: 'FLAG_TESTING' }],
      },
      {
        groups: { 7: { campaigns: ['1', '2', '3'], et: 2, wt: { 1: 70, 3: 20 } } },
        campaignGroups: { 1: 7, 2: 7, 3: 7 },
      },
    );
    const winner = (id: string) =>
      ['f', 'g', 'h'].filter((key) => decide(weighed, key, user(id), NOTHING_STORED).flag.isEnabled());
    expect(usersAround('7_', 0.7).map(winner)).toEqual([['f'], ['h']]);
    expect(usersAround('7_', 0.9).map(winner)).toEqual([['h'], []]);
  });
});
