import { type Diagnostics, inNeutralContext, VwoSettingsError } from '../common/index.js';
import type { FetchLog } from './fetch-log.js';
import type { LastGoodSettings } from './last-good-settings.js';
import type { SettingsTurns } from './settings-turns.js';
import type { StoredSettings, VwoKeptSettings } from './store/index.js';

/** Why settings are looked for: somebody asks for those of now; a start or a poll; the store has told of others. */
export type Occasion = 'asked' | 'due' | 'told';

export interface SettingsSearchOptions<S> {
  readonly lastGood: LastGoodSettings<S>;
  readonly log: FetchLog;
  /** Undefined where settings are kept in no store. */
  readonly stored: StoredSettings | undefined;
  /** As `stored`. */
  readonly turns: SettingsTurns | undefined;
  readonly diagnostics: Diagnostics;
  /** Resolves when nobody wants settings any more. */
  readonly closing: Promise<void>;
}

/** Finds the settings of now: at their source, or in the store, where another client has kept what it has fetched. */
export class SettingsSearch<S> {
  private closed = false;

  constructor(private readonly options: SettingsSearchOptions<S>) {}

  /** True when other settings are in force now; rejects, and that is logged, when there are none to be had, or they are refused. */
  async run(occasion: Occasion): Promise<boolean> {
    if (this.closed) throw new VwoSettingsError('the client is closed');
    if (occasion === 'told') return this.takeTold();
    const kept = occasion === 'due' ? await this.options.turns?.fetchedByAnother(this.hasSettings) : undefined;
    if (!kept) return this.fetch();
    return this.take(kept).catch(() => this.fetch()); // the source may give better ones, and then they are kept
  }

  /** Where there are no settings, those that were kept are better than every flag off. Never rejects. */
  async startOnKept(): Promise<void> {
    const { lastGood, log, stored } = this.options;
    if (this.hasSettings || this.closed) return;
    const kept = await stored?.load();
    if (!kept || this.hasSettings) return;
    try {
      if (await lastGood.take(kept)) log.startedOnKept(kept.age);
    } catch (error) {
      log.failed(error, false);
    }
  }

  /** Finds nothing any more. */
  close(): void {
    this.closed = true;
  }

  private get hasSettings(): boolean {
    return this.options.lastGood.current !== undefined;
  }

  /** Where nothing can be read, the poll looks again. */
  private async takeTold(): Promise<boolean> {
    const kept = await this.options.stored?.load();
    return kept !== undefined && this.take(kept);
  }

  private async take(kept: VwoKeptSettings): Promise<boolean> {
    const { lastGood, log, diagnostics } = this.options;
    try {
      const { confirmed } = lastGood;
      const changed = await lastGood.take(kept);
      if (changed) diagnostics.count('settingsTaken');
      if (lastGood.confirmed !== confirmed) log.succeeded(); // the source has answered another client
      return changed;
    } catch (error) {
      if (!this.closed) log.failed(error, this.hasSettings);
      throw error;
    }
  }

  private async fetch(): Promise<boolean> {
    if (this.closed) return false;
    const { lastGood, log, stored, closing } = this.options;
    log.fetching();
    const renewed = inNeutralContext(() => lastGood.renew(stored && ((kept) => stored.save(kept))));
    try {
      const changed = await Promise.race([renewed, closing.then(() => false)]);
      if (!this.closed) log.succeeded();
      return changed;
    } catch (error) {
      if (!this.closed) {
        await this.startOnKept();
        log.failed(error, this.hasSettings);
      }
      throw error;
    }
  }
}
