import { abTest, accountSettings, exclusiveGroup, feature, personalise, rollout } from 'nestjs-vwo/testing';

/** The event that the shop tracks. */
export const ORDER_PLACED = 'orderPlaced';

/** What somebody would have clicked together in VWO's own application for this shop. */
export const shopSettings = accountSettings({
  accountId: 123456,
  sdkKey: 'demo',
  features: [
    // A rollout: half of the customers get the new checkout.
    feature('new-checkout', [rollout({ percent: 50, variables: { button: 'green', oneClick: true } })], {
      metrics: [ORDER_PLACED],
    }),
    // An A/B test with variables: which discount sells more?
    feature('pricing', [
      rollout(),
      abTest({
        variations: [
          { name: 'Full price', variables: { discount: 0, label: '' } },
          { name: 'Ten percent', variables: { discount: 10, label: 'Autumn offer' } },
          { name: 'Twenty percent', variables: { discount: 20, label: 'Harvest sale' } },
        ],
      }),
    ]),
    // A personalised rule: customers with the gold plan are greeted in their own way.
    feature('greeting', [
      rollout({ variables: { text: 'Fresh from the roaster', mood: 'plain' } }),
      personalise({ when: { plan: 'gold' }, variables: { text: 'Welcome back to the gold circle', mood: 'gold' } }),
    ]),
    // Two experiments that exclude each other: nobody meets both.
    feature('free-shipping', [
      abTest({ variations: [{ name: 'Free shipping', variables: { text: 'Free shipping on everything today' } }] }),
    ]),
    feature('free-gift', [
      abTest({ variations: [{ name: 'Free gift', variables: { text: 'A free tasting sachet in every box' } }] }),
    ]),
    // A gate: GET /beta is there for gold customers only.
    feature('beta-area', [rollout({ when: { plan: 'gold' } })]),
  ],
  groups: [exclusiveGroup('promotions', ['free-shipping', 'free-gift'])],
});
