import { type CompiledSettings, compile, decide, type VwoSettings } from '../../../lib/fme/engine/index.js';
import type { StoredDecision } from '../../../lib/model/index.js';
import { type GivenFeatures, NOTHING_STORED, settingsOf, storedAs, user } from './account.fixture.js';

export const MEG = '_vwo_meta_meg_7';

/** Settings with the mutually exclusive group 7 of these campaigns (`2`, or `5_1` for a personalise rule). */
export function groupedSettings(features: GivenFeatures, campaigns: readonly string[], more: object = {}): VwoSettings {
  return settingsOf(features, {
    groups: { 7: { name: 'g', campaigns, ...more } },
    campaignGroups: Object.fromEntries(campaigns.map((name) => [name, 7])),
  });
}

export function grouped(features: GivenFeatures, campaigns: readonly string[], more: object = {}): CompiledSettings {
  return compile(groupedSettings(features, campaigns, more));
}

/** `checkout` with a personalise rule for each of the variations 1 and 2 of campaign 5, and `pricing` with the test 4. */
export function personal(
  more: object,
  variations: readonly object[] = [{ id: 1 }, { id: 2 }],
  campaignMore: object = {},
): CompiledSettings {
  const settings = groupedSettings(
    { checkout: [{ id: 5, type: 'FLAG_PERSONALIZE' }], pricing: [{ id: 4, type: 'FLAG_TESTING' }] },
    [...variations.map((each) => `5_${(each as { id: number }).id}`), '4'],
    more,
  );
  const [checkout, pricing] = settings.features as readonly object[];
  const [campaign, test] = settings.campaigns as readonly object[];
  const rules = variations.map((each, i) => ({
    type: 'FLAG_PERSONALIZE',
    ruleKey: `rule-${i}`,
    campaignId: 5,
    variationId: (each as { id: number }).id,
  }));
  return compile({
    ...settings,
    features: [{ ...checkout, rules }, pricing ?? {}],
    campaigns: [
      {
        ...campaign,
        ...campaignMore,
        variations: variations.map((each) => ({ name: 'v', weight: 100, segments: {}, ...each })),
      },
      test ?? {},
    ],
  } as VwoSettings);
}

/** A group's winner as it is stored for ann. */
export function winnerRecord(experimentId: unknown, experimentVariationId: unknown = -1): StoredDecision {
  return {
    featureKey: MEG,
    userId: 'ann',
    experimentId,
    experimentKey: `key_${String(experimentId)}`,
    experimentVariationId,
  };
}

/** What ann gets: the campaign and the variation of each feature, or why it is off. */
export function got(settings: CompiledSettings, records: readonly StoredDecision[] = [], more: object = {}): object {
  return Object.fromEntries(
    settings.featureKeys.map((key) => {
      const { flag } = decide(
        settings,
        key,
        user('ann', more),
        records.length > 0 ? storedAs(...records) : NOTHING_STORED,
      );
      return [key, flag.variation ? `${flag.variation.campaignId}: ${flag.variation.id}` : flag.reason];
    }),
  );
}

/** Everybody's winners of a group, as it would be stored when `checkout` is decided for a hundred users. */
export function storedWinners(
  settings: CompiledSettings,
  records: (id: string) => readonly StoredDecision[],
): unknown[] {
  return Array.from({ length: 100 }, (_, i) => `user-${i}`).flatMap((id) =>
    decide(settings, 'checkout', user(id), storedAs(...records(id)))
      .records.filter(({ key }) => key === MEG)
      .map(({ record }) => record['experimentId']),
  );
}
