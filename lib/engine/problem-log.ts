import { shape } from './lenient.js';
import type { SettingsProblem } from './settings-problem.js';

/** Collects what compiling does not understand, each place once, under the feature that is being compiled. */
export class ProblemLog {
  private readonly found = new Map<string, SettingsProblem>();
  private featureKey: string | undefined;

  /** From here on, problems are this feature's. */
  inFeature(featureKey: string | undefined): void {
    this.featureKey = featureKey;
  }

  add(where: string, what: string): void {
    const place = `${where}\u0000${what}`;
    if (this.found.has(place)) return;
    const { featureKey } = this;
    this.found.set(place, Object.freeze(featureKey === undefined ? { where, what } : { featureKey, where, what }));
  }

  /** A list of the settings; empty when missing, and when it is `{}`, which is what VWO sends for an empty one. */
  list(value: unknown, where: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    if (value == null || (typeof value === 'object' && Object.keys(value).length === 0)) return [];
    this.add(where, `a list was expected, got ${shape(value)}`);
    return [];
  }

  all(): readonly SettingsProblem[] {
    return Object.freeze([...this.found.values()]);
  }
}
