import { abTest, accountSettings, feature, rollout } from '../../lib/entries/edge.js';

/** The flags that a request reads: two experiments and a feature that everybody has. */
export const FLAGS = ['checkout', 'search', 'banner'] as const;

/** Whose account it is: records are kept apart by it. */
export const CREDENTIALS = { accountId: 123456, sdkKey: 'faults', environment: 'load' };

/** The share of the first variations, in percent, by version of the settings: whether a user keeps a variation depends on what is stored. */
const SHARES = [80, 20, 50, 35] as const;

/** The account. Each variation says the version of the settings that it was decided by. */
export function account(version: number): object {
  const share = SHARES[version % SHARES.length] ?? 50;
  const variables = { version };
  const experiment = (key: string) =>
    feature(key, [
      rollout(),
      abTest({
        variations: [
          { name: 'first', weight: share, variables },
          { name: 'second', weight: 100 - share, variables },
        ],
      }),
    ]);
  const banner = feature('banner', [rollout({ variables })]);
  return accountSettings({ features: [experiment('checkout'), experiment('search'), banner] });
}

/** What a response shows of one flag: the key of the variation, where the decision comes from, and the version of the settings. */
export type Shown = readonly [variation: string | null, source: string, version: number];

export type Answer = Readonly<Record<(typeof FLAGS)[number], Shown>>;
