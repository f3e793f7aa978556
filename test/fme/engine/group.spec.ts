import { describe, expect, it } from '@jest/globals';
import { decide, storedKeysFor } from '../../../lib/fme/engine/index.js';
import { accountOf, NOTHING_STORED, storedAs, user } from './account.fixture.js';

const MEG = '_vwo_meta_meg_7';
const tests = { checkout: [{ id: 2, type: 'FLAG_TESTING' }], pricing: [{ id: 4, type: 'FLAG_TESTING' }] } as const;

function groupOf(more: object): object {
  return { groups: { 7: { name: 'g', campaigns: ['2', '4'], ...more } }, campaignGroups: { 2: 7, 4: 7 } };
}

const random = accountOf(tests, groupOf({ et: 1 }));

function winner(userId: string, stored = NOTHING_STORED, account = random): string[] {
  return ['checkout', 'pricing'].filter((key) => decide(account, key, user(userId), stored).flag.isEnabled());
}

describe('mutually exclusive groups', () => {
  it('let every user into exactly one campaign, about half of them into each', () => {
    const winners = Array.from({ length: 1_000 }, (_, i) => winner(`user-${i}`));
    expect(winners.every((keys) => keys.length === 1)).toBe(true);
    expect(winners.filter(([key]) => key === 'pricing').length / 1_000).toBeCloseTo(0.5, 1);
  });

  it('store the winner, once, under the group', () => {
    const { records } = decide(random, 'checkout', user('ann'), NOTHING_STORED);
    const won =
      winner('ann')[0] === 'checkout'
        ? { experimentId: 2, experimentKey: 'checkout_2' }
        : { experimentId: 4, experimentKey: 'pricing_4' };
    expect(records[0]).toEqual({
      key: MEG,
      record: { featureKey: MEG, userId: 'ann', ...won, experimentVariationId: -1 },
    });
    expect(
      decide(random, 'checkout', user('ann'), storedAs(records[0]?.record ?? { userId: '' })).records.filter(
        ({ key }) => key === MEG,
      ),
    ).toEqual([]);
  });

  it('let the stored winner in, whoever would win now', () => {
    const stored = storedAs({
      featureKey: MEG,
      userId: 'ann',
      experimentId: 4,
      experimentKey: 'pricing_4',
      experimentVariationId: -1,
    });
    expect(winner('ann', stored)).toEqual(['pricing']);
  });

  it('keep a user out whose stored winner is gone, until it is forgotten: as the official SDK does', () => {
    const stored = storedAs({
      featureKey: MEG,
      userId: 'ann',
      experimentId: 9,
      experimentKey: 'gone_9',
      experimentVariationId: -1,
    });
    expect(winner('ann', stored)).toEqual([]);
    expect(winner('ann')).toHaveLength(1);
  });

  it('refuse a winner that was stored for somebody else', () => {
    const stored = storedAs({
      featureKey: MEG,
      userId: 'bob',
      experimentId: 9,
      experimentKey: 'gone_9',
      experimentVariationId: -1,
    });
    expect(winner('ann', stored)).toHaveLength(1);
    expect(decide(random, 'checkout', user('ann'), stored).refused).toBe(1);
  });

  it('go by priority, else by weight', () => {
    const byPriority = accountOf(tests, groupOf({ et: 2, p: ['4'], wt: { 2: 100 } }));
    const byWeight = accountOf(tests, groupOf({ et: 2, wt: { 2: 100 } }));
    expect([winner('ann', NOTHING_STORED, byPriority), winner('ann', NOTHING_STORED, byWeight)]).toEqual([
      ['pricing'],
      ['checkout'],
    ]);
  });

  it('let nobody in, and say so, when the group is missing from the settings', () => {
    const broken = accountOf(tests, { campaignGroups: { 2: 7 } });
    expect(winner('ann', NOTHING_STORED, broken)).toEqual(['pricing']);
    expect(broken.problems).toEqual([
      { featureKey: 'checkout', where: 'groups.7', what: expect.stringContaining('not in the settings') },
    ]);
  });
});

describe('what a decision may read', () => {
  it('names the feature, its groups, and the features in them', () => {
    expect(new Set(storedKeysFor(random, ['checkout']))).toEqual(new Set(['checkout', 'pricing', MEG]));
    expect(random.storedKeys).toEqual(['checkout', 'pricing', MEG]);
  });

  it('names features that a segment asks for, and ignores unknown ones', () => {
    const segments = { or: [{ featureId: { 2: 'on' } }] };
    const account = accountOf({ checkout: [{ id: 1, segments }], pricing: [{ id: 3 }], other: [{ id: 5 }] });
    expect(storedKeysFor(account, ['checkout', 'nothing'])).toEqual(['checkout', 'pricing']);
    expect(storedKeysFor(account, ['other'])).toEqual(['other']);
  });

  it('is all that decisions do read', () => {
    for (const account of [
      random,
      accountOf({ checkout: [{ id: 1, segments: { or: [{ featureId: { 2: 'on' } }] } }], pricing: [{ id: 3 }] }),
    ]) {
      const asked: string[] = [];
      const stored = { get: (key: string) => void asked.push(key) } as unknown as typeof NOTHING_STORED;
      decide(account, 'checkout', user('ann'), stored);
      const allowed = storedKeysFor(account, ['checkout']);
      expect(asked.filter((key) => !allowed.includes(key))).toEqual([]);
      expect(asked.length).toBeGreaterThan(1);
    }
  });
});
