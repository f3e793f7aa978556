import { featureTest, fullStackSettings, visualAb } from 'nestjs-vwo/testing';

/** Campaigns of the legacy corner. */
export const SUBSCRIPTION_PAGE = 'subscription-page';
export const FIRST_BOX = 'first-box';

/** The goal that the corner tracks, once per customer and campaign. */
export const SUBSCRIBED = 'subscribed';

const goals = [{ identifier: SUBSCRIBED, revenue: true }];

/** The shop's older account, in VWO Full Stack: subscriptions never moved to feature flags. */
export const legacySettings = fullStackSettings({
  accountId: 654321,
  sdkKey: 'legacy-demo',
  campaigns: [
    // An A/B campaign: the customer is in one of the variations, and what each looks like is up to the shop.
    visualAb(SUBSCRIPTION_PAGE, {
      goals,
      variations: [{ name: 'Control' }, { name: 'Roasters-choice' }, { name: 'Tour-of-origins' }],
    }),
    // A feature test: 90 % of the customers are in it, and each variation brings variables of its own.
    featureTest(FIRST_BOX, {
      goals,
      percent: 90,
      variations: [
        { name: 'Control', enabled: false, variables: { gift: 'none', worth: 0 } },
        { name: 'Filters', variables: { gift: 'Forty paper filters', worth: 4 } },
        { name: 'Cup', variables: { gift: 'A stoneware cup', worth: 12 } },
      ],
    }),
  ],
});
