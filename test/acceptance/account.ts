import { root, testing } from './package.js';

const { abTest, accountSettings, feature, personalise, rollout } = testing;

/** What an application says about its account; `baseUrl` is the edge's. */
export const ACCOUNT = { accountId: 123456, sdkKey: 'test' };

/** Sends events as they come. */
export const SOON = { flushInterval: 5 };

const tests = [{ variables: { button: 'blue' } }, { variables: { button: 'green' } }];

/**
 * `new-checkout` is an A/B test that everybody is in, `pricing` one with a user forced into each variation, `beta-area` is on
 * for those with the custom variable `beta: 'yes'`, `plan` tells what the custom variable `plan` says, `closed` is off.
 */
export const SETTINGS = accountSettings({
  features: [
    feature('new-checkout', [rollout(), abTest({ variations: tests })], { metrics: ['orderPlaced'] }),
    feature('pricing', [
      rollout(),
      abTest({
        variations: [
          { forcedFor: ['full'], variables: { discount: 0, label: '', sale: false, tiers: { gold: [1] } } },
          { forcedFor: ['half'], variables: { discount: 50, label: 'half', sale: true, tiers: { gold: [2] } } },
        ],
      }),
    ]),
    feature('beta-area', [rollout({ when: { beta: 'yes' } })]),
    feature('plan', [
      personalise({ when: { plan: 'gold' }, variables: { tier: 'gold' } }),
      personalise({ when: { plan: 'free' }, variables: { tier: 'free' } }),
    ]),
    feature('closed', [rollout({ percent: 0 })]),
  ],
});

/** The names of one user's events, in their order. */
export function eventNames(edge: testing.VwoEdge, userId: string): string[] {
  return edge.eventsOf(userId).map(({ name }) => name);
}

/** The records of one user as plain objects. */
export async function recordsOf(
  storage: Pick<root.VwoStorage, 'load'>,
  userId: string,
): Promise<Record<string, Readonly<Record<string, unknown>>>> {
  const keys = [...SETTINGS.features.map(({ key }) => key), 'checkout-test', 'new-search'];
  const stored = await storage.load(userId, keys);
  return Object.fromEntries([...stored].map(([key, record]) => [key, { ...record }]));
}

/** The counters that grew and whose names tell of trouble. */
export function troubles(before: object, after: object): string[] {
  const old = before as Record<string, number>;
  return Object.entries(after as Record<string, number>)
    .filter(([name, count]) => /fail|drop|refus/i.test(name) && count > (old[name] ?? 0))
    .map(([name]) => name);
}
