/** Where a flag's value came from: `storage` (decided before), `rules` (decided now), or `none` (the flag is off). */
export type FlagSource = 'storage' | 'rules' | 'none';

/**
 * Why a flag is as it is. On: the first five; off: the others, except that `'not-said'` may be either.
 *
 * - `'stored'`: decided before, and read from the storage.
 * - `'rollout'`: a rollout rule let the user in, and no experiment did. Full Stack: a feature rollout.
 * - `'experiment'`: a variation of an A/B test. Full Stack: an A/B or feature test.
 * - `'personalize'`: a personalise rule let the user in.
 * - `'forced'`: whitelisting ("forced variation") chose the variation.
 * - `'holdout'`: a holdout group keeps the user out of the feature.
 * - `'group'`: another campaign of a mutually exclusive group takes this user, or none does.
 * - `'traffic'`: the user is in the segment of a rule, and outside its percentage of traffic.
 * - `'no-rule'`: there are no rules, or the user is in the segment of none.
 * - `'unknown'`: the settings have no feature (Full Stack: no campaign) of that key.
 * - `'nobody'`: it is not known who the user is.
 * - `'no-settings'`: the client has no settings (yet).
 * - `'not-said'`: VWO's own SDK decided and does not say why. FME on VWO's SDK and Full Stack: of flags that are off.
 */
export type FlagReason =
  | 'stored'
  | 'rollout'
  | 'experiment'
  | 'personalize'
  | 'forced'
  | 'holdout'
  | 'group'
  | 'traffic'
  | 'no-rule'
  | 'unknown'
  | 'nobody'
  | 'no-settings'
  | 'not-said';

/** The variation a user is in. */
export interface VwoVariation {
  readonly id: number;
  /** VWO's `key` of the variation, e.g. `Variation-1`; for a rollout or personalise rule `default`. */
  readonly key: string;
  readonly campaignId: number;
  readonly campaignKey: string;
}

/** A flag as it was decided, without its user: users with the same outcome share the object. Immutable, its JSON variables too. */
export interface DecidedFlag {
  readonly key: string;
  /** The experiment's variation, else the rollout's; undefined when off. */
  readonly variation: VwoVariation | undefined;
  readonly source: FlagSource;
  readonly reason: FlagReason;
  isEnabled(): boolean;
  /** The variable's value, also when it is `false`, `0` or `''`; the default only when there is no such variable. */
  getVariable<T = unknown>(key: string, defaultValue: T): T;
  getVariable<T = unknown>(key: string): T | undefined;
  /** As the settings hold them: `[{ id, type, key, value }]`. */
  getVariables(): readonly VwoVariable[];
}

/** A flag of one user's visit. The same names as in VWO's SDK. */
export interface VwoFlag extends DecidedFlag {
  /** VWO's UUID of the user, as events carry it; `''` when it is not known who the user is. */
  getUUID(): string;
  /** VWO's session id, in seconds since the epoch; 0 when it is not known who the user is. */
  getSessionId(): number;
}

export interface VwoVariable {
  readonly id?: number;
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}
