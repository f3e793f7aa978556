import { HEARD } from '../library.mjs';

/**
 * Who runs in `bench:decide`. `exposure` says what a decision leaves behind: `off` nothing, `on` an event for the vendor,
 * `stored` a decision that was made before (no event by VWO's rules). Only equal exposures are compared.
 */
export const CONTENDERS = {
  'ours: decide': { module: 'ours-engine', exposure: 'off' },
  'ours: visit opened, 1 flag': { module: 'ours-visit', variant: { keep: false, end: false }, exposure: 'off' },
  'ours: visit opened, 5 flags': {
    module: 'ours-visit',
    variant: { keep: false, end: false, flags: 5 },
    exposure: 'off',
    from: 10,
  },
  'hand-written': { module: 'hand-written', variant: { everyHash: false }, exposure: 'off' },
  'hand-written, every hash drawn': { module: 'hand-written', variant: { everyHash: true }, exposure: 'off' },
  flagd: { module: 'flagd', exposure: 'off' },
  GrowthBook: { module: 'growthbook', variant: { exposure: false }, exposure: 'off' },
  LaunchDarkly: { module: 'launchdarkly', variant: { exposure: 'off' }, exposure: 'off' },

  'ours: whole visit, 1 flag': { module: 'ours-visit', variant: { keep: false }, exposure: 'on' },
  'ours: whole visit, 5 flags': { module: 'ours-visit', variant: { keep: false, flags: 5 }, exposure: 'on', from: 10 },
  'ours: whole visit, 1 flag, memory storage': { module: 'ours-visit', exposure: 'on' },
  'ours: whole visit, 5 flags, memory storage': {
    module: 'ours-visit',
    variant: { flags: 5 },
    exposure: 'on',
    from: 10,
  },
  'ours: whole visit, 5 flags, memory storage, channels heard': {
    module: 'ours-visit',
    variant: { flags: 5 },
    env: HEARD,
    exposure: 'on',
    from: 10,
  },
  'GrowthBook, exposure': { module: 'growthbook', variant: { exposure: true }, exposure: 'on' },
  'LaunchDarkly, exposure': { module: 'launchdarkly', variant: { exposure: 'default' }, exposure: 'on' },
  'LaunchDarkly, experiment': { module: 'launchdarkly', variant: { exposure: 'experiment' }, exposure: 'on' },
  'VWO SDK': { module: 'official', variant: { storage: 'none' }, exposure: 'on' },
  'VWO SDK, memory storage': { module: 'official', variant: { storage: 'fresh' }, exposure: 'on' },

  'ours: decide, stored': { module: 'ours-engine', variant: { stored: true }, exposure: 'stored' },
  'ours: visit opened, 1 flag, stored': {
    module: 'ours-visit',
    variant: { stored: true, end: false },
    exposure: 'stored',
  },
  'ours: whole visit, 1 flag, stored': { module: 'ours-visit', variant: { stored: true }, exposure: 'stored' },
  'VWO SDK, memory storage, stored': { module: 'official', variant: { storage: 'stored' }, exposure: 'stored' },
};

/** Whether a contender follows VWO's rules: those that do must give every user the same variation. */
export function followsVwo(name) {
  return /^(ours|other build|hand-written|VWO)/.test(name);
}
