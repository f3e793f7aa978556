/** Something in the settings that this engine does not understand. It decides as if it matched nobody. */
export interface SettingsProblem {
  /** The feature that is concerned; undefined when it is none in particular. */
  readonly featureKey?: string;
  /** E.g. `campaigns[3].segments.and[1]`. */
  readonly where: string;
  readonly what: string;
}
