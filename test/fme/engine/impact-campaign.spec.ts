import { describe, expect, it } from '@jest/globals';
import { compile, decide } from '../../../lib/fme/engine/index.js';
import { CHECKOUT, checkoutRecord, NOTHING_STORED, settingsOf, storedAs, user } from './account.fixture.js';

/** The feature `checkout` with an impact campaign. */
function measured(traffic: number) {
  const settings = settingsOf({ checkout: [{ id: 1, traffic }, ...(CHECKOUT['checkout'] ?? []).slice(1)] });
  const features = (settings.features as object[]).map((each) => ({ ...each, impactCampaign: { campaignId: 9 } }));
  return compile({ ...settings, features } as typeof settings);
}

const impact = (variationId: number) => ({ name: 'vwo_variationShown', campaignId: 9, variationId });

describe('an impact campaign', () => {
  it('is told of both on and off', () => {
    const on = decide(measured(100), 'checkout', user('ann'), NOTHING_STORED);
    const off = decide(measured(0), 'checkout', user('ann'), NOTHING_STORED);
    expect([on.events.at(-1), off.events]).toEqual([impact(2), [impact(1)]]);
  });

  it('is not told again of a stored experiment', () => {
    const { flag, events } = decide(measured(100), 'checkout', user('ann'), storedAs(checkoutRecord('ann')));
    expect([flag.source, events]).toEqual(['storage', []]);
  });
});
