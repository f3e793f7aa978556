import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import { accountOf, NOTHING_STORED, user } from './account.fixture.js';

const everyTester = { or: [{ custom_variable: { role: 'tester' } }] };
const tester = { variationTargetingVariables: { role: 'tester' } };

describe('users who are forced into a variation', () => {
  it('get it past segment and traffic, and the impression is sent', () => {
    const account = accountOf({
      f: [
        {
          id: 1,
          type: 'FLAG_TESTING',
          traffic: 0,
          segments: { user: 'nobody' },
          weights: [100, 0],
          whitelists: [{}, everyTester],
        },
      ],
    });
    const { flag, events } = decide(account, 'f', user('ann', tester), NOTHING_STORED);
    expect([flag.variation?.id, events]).toEqual([2, [{ name: 'vwo_variationShown', campaignId: 1, variationId: 2 }]]);
    expect(decide(account, 'f', user('ann'), NOTHING_STORED).flag.isEnabled()).toBe(false);
  });

  it('share several variations by their weights, scaled to the whole (SDK 1.35 throws inside, and the flag is off)', () => {
    const account = accountOf({
      f: [{ id: 1, type: 'FLAG_TESTING', weights: [10, 30, 60], whitelists: [everyTester, everyTester, {}] }],
    });
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4_000; i++) {
      const id = decide(account, 'f', user(`user-${i}`, tester), NOTHING_STORED).flag.variation?.id ?? 0;
      counts[id] = (counts[id] ?? 0) + 1;
    }
    expect([counts[0], counts[3]]).toEqual([0, 0]);
    expect((counts[1] ?? 0) / 4_000).toBeCloseTo(0.25, 1);
  });

  it('share them evenly when none has a weight', () => {
    const account = accountOf({
      f: [{ id: 1, type: 'FLAG_TESTING', weights: [0, 0, 100], whitelists: [everyTester, everyTester] }],
    });
    const ids = Array.from(
      { length: 200 },
      (_, i) => decide(account, 'f', user(`user-${i}`, tester), NOTHING_STORED).flag.variation?.id,
    );
    expect(new Set(ids)).toEqual(new Set([1, 2]));
  });

  it('are known by UUID where the campaign has user lists', () => {
    const account = accountOf({
      f: [
        {
          id: 1,
          type: 'FLAG_TESTING',
          weights: [100, 0],
          userList: true,
          whitelists: [{}, { or: [{ user: 'LIST-ID-OF-ann' }] }],
        },
      ],
    });
    expect(decide(account, 'f', user('ann'), NOTHING_STORED).flag.variation?.id).toBe(2);
    expect(decide(account, 'f', user('LIST-ID-OF-ann'), NOTHING_STORED).flag.variation?.id).toBe(1);
  });
});
