import type {
  ClientName,
  FlagVariables,
  FlagVariation,
  VariableName,
  VariableOr,
  VariableValue,
} from './flag-types.js';

/** Where a flag's value came from: `storage` (decided before), `rules` (decided now), or `none` (the flag is off). */
export type FlagSource = 'storage' | 'rules' | 'none';

/**
 * Why a flag is as it is. On: the first five; off: the others, except that `'not-said'` may be either.
 *
 * - `'stored'`: decided before, and read from the storage, or from memory while that fails.
 * - `'rollout'`: a rollout rule let the user in, and no experiment did. Full Stack: a feature rollout.
 * - `'experiment'`: a variation of an A/B test. Full Stack: an A/B or feature test.
 * - `'personalize'`: a personalise rule let the user in.
 * - `'forced'`: whitelisting ("forced variation") chose the variation.
 * - `'holdout'`: a holdout group keeps the user out of the feature.
 * - `'group'`: another campaign of a mutually exclusive group takes this user, or none does.
 * - `'traffic'`: the user is in the segment of a rule, and outside its percentage of traffic.
 * - `'no-rule'`: the user is in the segment of none of the rules.
 * - `'disabled'`: the feature has no rules: nothing of it is switched on. Full Stack: the campaign is not running.
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
  | 'disabled'
  | 'unknown'
  | 'nobody'
  | 'no-settings'
  | 'not-said';

/** The variation a user is in. */
export interface VwoVariation<Key extends string = string> {
  readonly id: number;
  /** VWO's `key` of the variation, e.g. `Variation-1`; for a rollout or personalise rule `default`. */
  readonly key: Key;
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

/** Reads a variable of which nothing is known. */
interface ReadAnyVariable {
  <T = unknown>(key: string, defaultValue: T): T;
  <T = unknown>(key: string): T | undefined;
}

/** Reads a variable whose name and type are known. The default has its type, or is null or undefined. */
type ReadKnownVariable<Variables> = <
  Name extends VariableName<Variables>,
  Default extends VariableValue<Variables, Name> | null | undefined = undefined,
>(
  key: Name,
  defaultValue?: Default,
) => VariableOr<Variables, Name, Default>;

/** The value of a variable, also when it is `false`, `0` or `''`; the default only when there is no such variable. */
type ReadVariable<Variables> = unknown extends Variables ? ReadAnyVariable : ReadKnownVariable<Variables>;

/**
 * A flag of one user's visit. `VwoFlag` is any flag; where the application says which flags there are (`VwoFlags`),
 * `VwoFlag<'new-checkout'>` knows the variations and variables of that one.
 */
export type VwoFlag<Key extends string = string, Client extends ClientName = undefined> = UserFlag<
  Key,
  FlagVariation<Key, Client>,
  FlagVariables<Key, Client>
>;

/** A flag with the names of its variations, and its variables: `unknown` where they are not known. The same names as in VWO's SDK. */
export interface UserFlag<Key extends string, Variation extends string, Variables> extends DecidedFlag {
  readonly key: Key;
  readonly variation: VwoVariation<Variation> | undefined;
  readonly getVariable: ReadVariable<Variables>;
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
