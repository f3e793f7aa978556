import { describe, expect, it } from '@jest/globals';
import { compile, decide } from '../../../lib/fme/engine/index.js';
import {
  CHECKOUT,
  checkoutRecord,
  NOTHING_STORED,
  rolledOutRecord,
  settingsOf,
  storedAs,
  user,
} from './account.fixture.js';
import { holdout, nobody, rollout, test } from './holdout.fixture.js';

/** The feature `checkout` with an impact campaign. */
function measured(traffic: number, more: object = {}) {
  const settings = settingsOf({ checkout: [{ id: 1, traffic }, ...(CHECKOUT['checkout'] ?? []).slice(1)] });
  const features = (settings.features as object[]).map((each) => ({ ...each, impactCampaign: { campaignId: 9 } }));
  return compile({ ...settings, ...more, features } as typeof settings);
}

const impact = (variationId: number) => ({ name: 'vwo_variationShown', campaignId: 9, variationId });

describe('an impact campaign', () => {
  it('is told of both on and off', () => {
    const on = decide(measured(100), 'checkout', user('ann'), NOTHING_STORED);
    const off = decide(measured(0), 'checkout', user('ann'), NOTHING_STORED);
    expect([on.events.at(-1), off.events]).toEqual([impact(2), [impact(1)]]);
  });

  it('is told beside a stored rollout, which is not, and is enough for usage tracking', () => {
    const rolledOut = rolledOutRecord('ann');
    const settings = settingsOf({ checkout: [{ id: 1 }] }, { isMAU: true });
    const features = [{ ...(settings.features as object[])[0], impactCampaign: { campaignId: 9 } }];
    const { events } = decide(compile({ ...settings, features }), 'checkout', user('ann'), storedAs(rolledOut));
    expect(events).toEqual([impact(2)]);
  });

  it('is told after the holdout groups, on or off', () => {
    const holdouts = [nobody];
    const events = (traffic: number) =>
      decide(measured(traffic, { holdouts, isMAU: true }), 'checkout', user('ann'), NOTHING_STORED).events;
    expect(events(100)).toEqual([holdout(32, 2), rollout, test, impact(2)]);
    expect(events(0)).toEqual([holdout(32, 2), impact(1)]);
  });

  it('is not told again of a stored experiment', () => {
    const { flag, events } = decide(measured(100), 'checkout', user('ann'), storedAs(checkoutRecord('ann')));
    expect([flag.source, events]).toEqual(['storage', []]);
  });
});
