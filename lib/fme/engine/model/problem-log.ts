import { isEmpty, type SettingsProblem, shown } from '../../../model/index.js';
import type { SettingsPath } from './settings-path.js';
const NO_LIST: readonly unknown[] = Object.freeze([]);

/** Collects what compiling does not understand, each place once, under the feature that is being compiled. */
export class ProblemLog {
  private readonly found = new Map<string, SettingsProblem>();
  private featureKey: string | undefined;

  /** From here on, problems are this feature's. */
  inFeature(featureKey: string | undefined): void {
    this.featureKey = featureKey;
  }

  add(place: SettingsPath, what: string): void {
    const where = place.toString();
    const problem = `${where}\u0000${what}`;
    if (this.found.has(problem)) return;
    const { featureKey } = this;
    this.found.set(problem, Object.freeze(featureKey === undefined ? { where, what } : { featureKey, where, what }));
  }

  /** A list of the settings, the one called `name` at a place; empty when missing, and when it is `{}`, which is what VWO sends for an empty one. */
  list(value: unknown, place: SettingsPath, name?: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    if (value == null || isEmpty(value)) return NO_LIST;
    this.add(name === undefined ? place : place.at(name), `a list was expected, got ${shown(value)}`);
    return NO_LIST;
  }

  all(): readonly SettingsProblem[] {
    return Object.freeze([...this.found.values()]);
  }
}
