import type { VwoClient } from '../../lib/client/index.js';
import type { Visit } from '../../lib/index.js';
import type { StoredDecision } from '../../lib/model/index.js';
import { shopSettings } from '../client/client.fixture.js';
import { shopSettingsFile } from '../full-stack/full-stack.fixture.js';
import { type RawSettings, worthOf } from './record.oracle.js';

/** The flag is on, with whichever variation. */
export const ANY = Symbol('any variation');

export interface Seen {
  readonly on: boolean;
  readonly variation: unknown;
  readonly variables: unknown;
}

/** One product behind a storage service, and what its records must bring about. */
export interface Kind {
  readonly name: string;
  readonly client: VwoClient;
  readonly keys: readonly string[];
  /** Tracks an event or a goal; whether it was sent. */
  readonly track: (visit: Visit) => boolean;
  /** Whether it is to be sent, with this record of the campaign that it belongs to. */
  readonly isTracked: (record: StoredDecision | undefined, tracksFirst: boolean) => boolean;
  readonly good: readonly StoredDecision[];
  /** The variation that a record gives; undefined: none, the flag is decided anew. */
  readonly variationOf: (key: string, record: StoredDecision) => unknown;
  /** What the connector says was asked for: answers need not say it again. */
  readonly asked: (key: string) => object;
  /** How a flag names its variation. */
  readonly nameOf: (variation: { readonly id: unknown; readonly key: unknown } | undefined) => unknown;
}

export function ofFme(client: VwoClient): Kind {
  const settings = shopSettings() as unknown as RawSettings;
  const keys = ['checkout', 'banner', 'gold', 'closed'];
  const [checkout, banner] = settings.campaigns.filter(({ type }) => type === 'FLAG_ROLLOUT');
  const test = settings.campaigns.find(({ type }) => type === 'FLAG_TESTING');
  const rollout = {
    rolloutId: checkout?.id,
    rolloutKey: checkout?.key,
    rolloutVariationId: checkout?.variations[0]?.id,
  };
  const of = (featureKey: string, more: object): StoredDecision => {
    const featureId = settings.features.find(({ key }) => key === featureKey)?.id;
    return { featureKey, featureId, userId: 'ann', ...more };
  };
  const tested = (test?.variations ?? []).map(({ id }) =>
    of('checkout', { ...rollout, experimentId: test?.id, experimentKey: test?.key, experimentVariationId: id }),
  );
  const bannerRollout = {
    rolloutId: banner?.id,
    rolloutKey: banner?.key,
    rolloutVariationId: banner?.variations[0]?.id,
  };
  return {
    name: 'answersToFme',
    client,
    keys,
    track: (visit) => visit.track('orderPlaced'),
    isTracked: () => true,
    good: [...tested, of('checkout', rollout), of('banner', bannerRollout), of('checkout', bannerRollout)],
    variationOf: (key, record) => {
      const worth = worthOf(settings, key, 'ann', record);
      if (worth === undefined) return undefined;
      // With a rollout alone, the experiments of the feature are still to be decided.
      return worth.kind === 'experiment' || key === 'banner' ? worth.variation.id : ANY;
    },
    asked: (key) => ({ featureKey: key, userId: 'ann' }),
    nameOf: (variation) => variation?.id,
  };
}

export function ofFullStack(client: VwoClient): Kind {
  const { campaigns } = shopSettingsFile();
  const variationOf: Kind['variationOf'] = (key, { userId, campaignKey, variationName }) => {
    const campaign = campaigns.find((each) => each.key === key);
    const isThere = campaign?.variations.some(({ name }) => name === variationName);
    return userId === 'ann' && campaignKey === key && isThere ? variationName : undefined;
  };
  const isGone = ({ userId, campaignKey, variationName }: StoredDecision): boolean =>
    userId === 'ann' && campaignKey === 'checkout-test' && typeof variationName === 'string' && variationName !== '';
  const record = (campaignKey: string, variationName: string): StoredDecision => ({
    userId: 'ann',
    campaignKey,
    variationName,
    goalIdentifier: 'bought_vwo_paid',
    metaData: { shop: 'north' },
  });
  return {
    name: 'answersToFullStack',
    client,
    keys: ['checkout-test', 'banner', 'pricing', 'closed'],
    track: (visit) => visit.track('bought', { campaigns: 'checkout-test' }),
    isTracked: (record, tracksFirst) => {
      const isGood = record !== undefined && variationOf('checkout-test', record) !== undefined;
      const goals: unknown = record?.goalIdentifier;
      // Before the campaign is read, who has no record is not in it; where the variation is gone, it is decided anew.
      if (tracksFirst && !isGood) return record !== undefined && isGone(record);
      return !isGood || typeof goals !== 'string' || !goals.split('_vwo_').includes('bought');
    },
    good: campaigns.flatMap(({ key, variations }) => variations.map(({ name }) => record(key, String(name)))),
    variationOf,
    asked: (key) => ({ campaignKey: key, userId: 'ann' }),
    nameOf: (variation) => variation?.key,
  };
}
