import type { Diagnostics } from '../common/index.js';
import type { SettingsProblem } from '../model/index.js';

/** Problems that are logged one by one; of the others, how many there are. */
const LISTED = 5;

/** Logs what in the settings was not understood, each time that it changes. */
export class SettingsProblemsLog {
  private last = '';
  private reports = 0;

  constructor(
    private readonly sourceName: string,
    private readonly diagnostics: Diagnostics,
  ) {}

  report(problems: readonly SettingsProblem[]): void {
    const all = problems.map(worded);
    const text = all.join('; ');
    if (text === this.last) return;
    this.last = text;
    if (all.length === 0) return;
    const more = all.length > LISTED ? `; and ${all.length - LISTED} more` : '';
    // A kind of its own for each report: none is held back because of the one before.
    this.diagnostics.warn(
      `settings-problems ${++this.reports}`,
      `Settings from ${this.sourceName} hold what this version does not know: ` +
        `${all.slice(0, LISTED).join('; ')}${more}. Such rules decide as in VWO's own SDK.`,
    );
  }
}

function worded({ featureKey, where, what }: SettingsProblem): string {
  return `${featureKey === undefined ? '' : `feature "${featureKey}", `}${where}: ${what}`;
}
