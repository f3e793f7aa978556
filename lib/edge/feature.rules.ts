/** Values of a flag's variables by key; the type VWO gives them follows from the value. */
export type Variables = Readonly<Record<string, string | number | boolean | object>>;

/** A segment in VWO's own form, e.g. `{ or: [{ custom_variable: { plan: 'wildcard(gold*)' } }] }`. */
export type Segments = Readonly<Record<string, unknown>>;

interface Targeting {
  /** Custom variables that must all have these values: `{ plan: 'gold' }`. VWO's forms work: `{ age: 'gt(17)' }`. */
  readonly when?: Readonly<Record<string, string>>;
  /** Any segment, instead of `when`. @default everybody */
  readonly segments?: Segments;
  /** Share of these users who get in, in percent. @default 100 */
  readonly percent?: number;
  /** Hashed instead of the campaign's id. @default none */
  readonly salt?: string;
  /** @default `rolloutRule1`, `testingRule1`, `personalizeRule1`, counted within the feature */
  readonly ruleKey?: string;
}

/** A rollout or personalise rule: one set of variables for whoever is in. */
export interface DeliveryOptions extends Targeting {
  readonly variables?: Variables;
}

export interface AbTestOptions extends Targeting {
  /** At least one. Named `Default`, `Variation-1`, … where no name is given. */
  readonly variations: readonly VariationOptions[];
}

export interface VariationOptions {
  readonly name?: string;
  /** In percent. @default an equal share */
  readonly weight?: number;
  readonly variables?: Variables;
  /** Ids of users who get this variation whatever the traffic says. */
  readonly forcedFor?: readonly string[];
}

export type RuleType = 'FLAG_ROLLOUT' | 'FLAG_TESTING' | 'FLAG_PERSONALIZE';

/** One rule of a feature, made by `rollout`, `abTest` or `personalise`. */
export interface Rule extends Targeting {
  readonly type: RuleType;
  readonly variations: readonly VariationOptions[];
}

/** On for a share of the users. All rollout rules of a feature come before its others. */
export function rollout({ variables, ...targeting }: DeliveryOptions = {}): Rule {
  return { type: 'FLAG_ROLLOUT', variations: [{ name: 'Rollout', weight: 100, variables }], ...targeting };
}

/** Several variations side by side. */
export function abTest(options: AbTestOptions): Rule {
  return { type: 'FLAG_TESTING', ...options };
}

/** The same variables for everybody in a segment. */
export function personalise({ variables, ...targeting }: DeliveryOptions): Rule {
  return { type: 'FLAG_PERSONALIZE', variations: [{ name: 'Personalise', weight: 100, variables }], ...targeting };
}

/** One feature flag with its rules, in their order. */
export interface Feature {
  readonly key: string;
  readonly rules: readonly Rule[];
  /** Names of the events that `track` may send. */
  readonly metrics: readonly string[];
}

/**
 * `feature('pricing', [rollout(), abTest({ variations: [{ variables: { discount: 0 } }, { variables: { discount: 10 } }] })])`.
 * Without rules the flag is off.
 */
export function feature(
  key: string,
  rules: readonly Rule[] = [],
  { metrics = [] }: { readonly metrics?: readonly string[] } = {},
): Feature {
  return { key, rules, metrics };
}

/** Experiments of which a user meets one at most. */
export interface ExclusiveGroup {
  readonly name: string;
  /** Each the key of a feature with one experiment, or `<feature key>.<rule key>`. */
  readonly members: readonly string[];
  readonly priority?: readonly string[];
  readonly weights?: Readonly<Record<string, number>>;
}

/**
 * A mutually exclusive group: `exclusiveGroup('promotions', ['free-shipping', 'student-deal'])`.
 * @param how with `priority` (members, the first that is eligible wins) or `weights` (by member, among those without
 * priority) VWO's advanced way is used; otherwise every eligible member has an equal share
 */
export function exclusiveGroup(
  name: string,
  members: readonly string[],
  how: Pick<ExclusiveGroup, 'priority' | 'weights'> = {},
): ExclusiveGroup {
  return { name, members, ...how };
}
