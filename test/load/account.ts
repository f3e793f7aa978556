import {
  abTest,
  accountSettings,
  feature,
  featureRollout,
  featureTest,
  fullStackSettings,
  rollout,
  type VwoEdge,
} from '../../lib/entries/edge.js';

/** The flags that a request reads: two experiments and a feature that everybody has. */
export const FLAGS = ['checkout', 'search', 'banner'] as const;

/** Whose account it is: records are kept apart by it. */
export const CREDENTIALS = { accountId: 123456, sdkKey: 'faults', environment: 'load' };

/** The share of the first variations, in percent, by version of the settings: whether a user keeps a variation depends on what is stored. */
const SHARES = [80, 20, 50, 35] as const;

/** Which of the three clients an application runs on: FME decided here, FME decided by VWO's SDK, Full Stack. */
export const CLIENTS = ['fme', 'sdk', 'full-stack'] as const;
export type ClientName = (typeof CLIENTS)[number];

/** How many campaigns count whoever reads all flags: of FME rollout and experiment of two flags, and the rollout of the third. */
export const COUNTED: Readonly<Record<ClientName, number>> = { fme: 5, sdk: 5, 'full-stack': 3 };

/** What VWO calls an impression. */
export const IMPRESSIONS: readonly string[] = ['vwo_variationShown', 'track-user'];

/** From now on VWO has these settings, for every product. */
export function publish(edge: VwoEdge, version: number): void {
  edge.setSettings(account(version));
  edge.setSettingsFile(fullStackAccount(version));
}

/** The account of FME. Each variation says the version of the settings that it was decided by. */
export function account(version: number): object {
  const variables = { version };
  const experiment = (key: string) => feature(key, [rollout(), abTest({ variations: variationsOf(version) })]);
  const banner = feature('banner', [rollout({ variables })]);
  return accountSettings({ features: [experiment('checkout'), experiment('search'), banner] });
}

/** The same in Full Stack. */
export function fullStackAccount(version: number) {
  const experiment = (key: string) => featureTest(key, { variations: variationsOf(version) });
  const banner = featureRollout('banner', { variables: { version } });
  return fullStackSettings({ campaigns: [experiment('checkout'), experiment('search'), banner] });
}

function variationsOf(version: number) {
  const share = SHARES[version % SHARES.length] ?? 50;
  const variables = { version };
  return [
    { name: 'first', weight: share, variables },
    { name: 'second', weight: 100 - share, variables },
  ];
}

/** What a response shows of one flag: the key of the variation, where the decision comes from, and the version of the settings. */
export type Shown = readonly [variation: string | null, source: string, version: number];

export type Answer = Readonly<Record<(typeof FLAGS)[number], Shown>>;
