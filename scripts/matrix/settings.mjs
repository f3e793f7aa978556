import { accountSettings, feature, rollout } from '../../dist/esm/entries/edge.js';

/** The account of the applications. */
export const SETTINGS = accountSettings({
  features: [
    feature('new-checkout', [rollout({ variables: { button: 'green' } })]),
    feature('pricing', [rollout({ when: { plan: 'gold' }, variables: { discount: 10 } })]),
    feature('beta', [rollout({ when: { plan: 'gold' } })]),
  ],
});
