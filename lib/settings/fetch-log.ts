import { type Diagnostics, errorText, VwoSettingsError } from '../common/index.js';
import { ageText } from './store/index.js';

/** Counts fetches of settings and logs how they go: nothing while all is well, and a warning a minute while it is not. */
export class FetchLog {
  /** Why the last fetch failed. */
  lastReason = 'no answer yet';
  /** The application runs without settings, and that was logged. */
  private isWithout = false;

  constructor(
    private readonly sourceName: string,
    private readonly diagnostics: Diagnostics,
  ) {}

  fetching(): void {
    this.diagnostics.count('settingsFetches');
  }

  succeeded(): void {
    this.diagnostics.recovered('settings', `Settings arrive from ${this.sourceName} again.`);
  }

  failed(error: unknown, hasSettings: boolean): void {
    this.diagnostics.count('settingsFailures');
    this.lastReason = errorText(error);
    if (hasSettings) this.warn(`${this.sentence(error)}. The last good ones stay.`);
    else if (this.isWithout) this.warn(`${this.sentence(error)}. Every flag is off until they arrive; retrying.`);
  }

  /** @param age in ms */
  startedOnKept(age: number): void {
    this.warn(
      `No answer from ${this.sourceName} yet: flags are decided by settings from the settings store, ${ageText(age)} old.`,
    );
  }

  /** The start goes on without settings. */
  without(what: string): void {
    this.isWithout = true;
    this.warn(`${what} Every flag is off until they arrive; retrying.`);
  }

  private warn(message: string): void {
    this.diagnostics.warn('settings', message);
  }

  /** Errors of settings name their source already. */
  private sentence(error: unknown): string {
    if (error instanceof VwoSettingsError) return error.message;
    return `Settings could not be fetched from ${this.sourceName}: ${errorText(error)}`;
  }
}
