import { inNeutralContext, keepAliveUntil, VwoSettingsError } from '../common/index.js';
import { FetchLog } from './fetch-log.js';
import { firstSettings } from './first-settings.js';
import { LastGoodSettings } from './last-good-settings.js';
import type { PreparedSettings, SettingsFacts, SettingsKeeperOptions } from './settings-keeper.options.js';
import { pollIntervalOf, SettingsPoller } from './settings-poller.js';
import { SettingsProblemsLog } from './settings-problems.js';
import { SharedRuns } from './shared-runs.js';
import { startWithin } from './start-deadline.js';

/** Fetches settings, has them checked and made ready, polls, and keeps the last good. */
export class SettingsKeeper<S extends PreparedSettings> {
  /** Resolves when the first settings are in force, or at `close`. Never rejects. */
  readonly ready: Promise<void>;

  private readonly lastGood: LastGoodSettings<S>;
  private readonly log: FetchLog;
  private readonly poller: SettingsPoller;
  private readonly fetches = new SharedRuns(() => this.fetch());
  private readonly random: () => number;
  private readonly closing: Promise<void>;
  private readonly resolve = { ready: (): void => undefined, closing: (): void => undefined };
  private starting: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: SettingsKeeperOptions<S>) {
    const { source, prepare, pollInterval, diagnostics, clock, onChange, random = Math.random } = options;
    const problems = new SettingsProblemsLog(source.name, diagnostics);
    this.random = random;
    this.log = new FetchLog(source.name, diagnostics);
    this.lastGood = new LastGoodSettings({
      source,
      prepare,
      clock,
      onChange: (settings, raw, before) => {
        problems.report(settings.problems);
        this.resolve.ready();
        onChange?.(settings, raw, before);
      },
    });
    this.poller = new SettingsPoller({
      interval: () => pollIntervalOf(pollInterval, this.current?.pollInterval),
      poll: () => this.refresh(),
      clock,
      random,
    });
    this.closing = new Promise((resolve) => (this.resolve.closing = resolve));
    this.ready = new Promise((resolve) => (this.resolve.ready = resolve));
  }

  /** The last good settings, ready for deciding; undefined until the first came. */
  get current(): S | undefined {
    return this.lastGood.current;
  }

  /** How long the fetch of the first settings took, in ms; 0 where they were given. */
  get fetchTime(): number {
    return this.lastGood.fetchTime;
  }

  /** What is known of the settings in force. */
  get facts(): SettingsFacts {
    const { version, confirmed } = this.lastGood;
    const { source, clock } = this.options;
    if (!confirmed || !source.changes) return { version, fetchedAt: confirmed?.time, age: undefined };
    return { version, fetchedAt: confirmed.time, age: clock.monotonic() - confirmed.monotonic };
  }

  /**
   * Waits for the first settings, `startTimeout` at most; then either rejects with `VwoStartError` (`fail`), or goes on
   * without and keeps trying (`continue`). Given settings and files that are refused reject at once with
   * `VwoSettingsError` in both cases: waiting does not help. A start that rejects closes the keeper; `close` ends a start.
   */
  start(): Promise<void> {
    return (this.starting ??= keepAliveUntil(this.begin()));
  }

  /**
   * Fetches now. True when the settings changed, and those are in force then; rejects when they could not be fetched or
   * were refused (the last good stay). A call during a fetch waits for the next one, so it never gets older data.
   */
  refresh(): Promise<boolean> {
    return this.fetches.run();
  }

  /** Ends polling and trying. What arrives later changes nothing. */
  close(): void {
    this.closed = true;
    this.lastGood.close();
    this.poller.close();
    this.resolve.closing();
    this.resolve.ready();
  }

  private async begin(): Promise<void> {
    if (this.closed) return;
    const { source, ...options } = this.options;
    const { closing, random, log } = this;
    const fetch = (): Promise<boolean> => this.refresh();
    const first = firstSettings({ fetch, isRetried: source.isRetried, clock: options.clock, random, closing });
    try {
      await startWithin(Promise.race([first, closing]), { ...options, sourceName: source.name, log });
    } catch (error) {
      this.close();
      throw error;
    }
    const poll = (): void => this.poller.start();
    if (source.changes) void first.then(poll, poll);
  }

  private async fetch(): Promise<boolean> {
    if (this.closed) throw new VwoSettingsError('the client is closed');
    this.log.fetching();
    const renewed = inNeutralContext(() => this.lastGood.renew());
    try {
      const changed = await Promise.race([renewed, this.closing.then(() => false)]);
      if (!this.closed) this.log.succeeded();
      return changed;
    } catch (error) {
      if (!this.closed) this.log.failed(error, this.current !== undefined);
      throw error;
    }
  }
}
