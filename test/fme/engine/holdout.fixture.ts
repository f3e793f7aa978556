import { type CompiledSettings, decide } from '../../../lib/fme/engine/index.js';
import type { Decision, StoredDecision } from '../../../lib/model/index.js';
import { NOTHING_STORED, storedAs, user } from './account.fixture.js';

/** A holdout group that everybody is in. */
export const everybody = {
  id: 31,
  name: 'all',
  percentTraffic: 100,
  isGlobal: true,
  featureIds: [],
  segments: {},
  metrics: [],
};
/** One that nobody is in. */
export const nobody = { ...everybody, id: 32, percentTraffic: 0 };
/** Impressions of `CHECKOUT`. */
export const rollout = { name: 'vwo_variationShown', campaignId: 1, variationId: 1 };
export const test = { name: 'vwo_variationShown', campaignId: 2, variationId: 1 };

/** The impression of a holdout group for the feature 1: variation 1 is held out, 2 is not. */
export function holdout(id: number, variationId: number): object {
  return { name: 'vwo_variationShown', campaignId: id, variationId, featureId: 1 };
}

/** The feature `checkout`, decided for ann. */
export function checkout(settings: CompiledSettings, record?: StoredDecision, more: object = {}): Decision {
  return decide(settings, 'checkout', user('ann', more), record ? storedAs(record) : NOTHING_STORED);
}
