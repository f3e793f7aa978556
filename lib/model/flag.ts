/** Where a flag's value came from: `storage` (decided before), `rules` (decided now), `override`, or `none` (no user, no settings, unknown key, or no rule matched). */
export type FlagSource = 'storage' | 'rules' | 'override' | 'none';

/** The variation a user is in. */
export interface VwoVariation {
  readonly id: number;
  /** VWO's `key` of the variation, e.g. `Variation-1`; for a rollout or personalise rule `default`. */
  readonly key: string;
  readonly campaignId: number;
  readonly campaignKey: string;
}

/** A decided flag: immutable, its JSON variables too. The same names as in the official SDK. */
export interface VwoFlag {
  readonly key: string;
  /** The experiment's variation, else the rollout's; undefined when off. */
  readonly variation: VwoVariation | undefined;
  readonly source: FlagSource;
  isEnabled(): boolean;
  /** The variable's value, also when it is `false`, `0` or `''`; the default only when there is no such variable. */
  getVariable<T = unknown>(key: string, defaultValue: T): T;
  getVariable<T = unknown>(key: string): T | undefined;
  /** As the settings hold them: `[{ id, type, key, value }]`. */
  getVariables(): readonly VwoVariable[];
}

export interface VwoVariable {
  readonly id?: number;
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}
