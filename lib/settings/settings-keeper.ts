import { keepAliveUntil } from '../common/index.js';
import { FetchLog } from './fetch-log.js';
import { firstSettings } from './first-settings.js';
import { LastGoodSettings } from './last-good-settings.js';
import type { PreparedSettings, SettingsFacts, SettingsKeeperOptions } from './settings-keeper.options.js';
import { pollIntervalOf, SettingsPoller } from './settings-poller.js';
import { SettingsProblemsLog } from './settings-problems.js';
import { type Occasion, SettingsSearch } from './settings-search.js';
import { SettingsTurns } from './settings-turns.js';
import { SharedRuns } from './shared-runs.js';
import { startWithin } from './start-deadline.js';
import type { StoredSettings } from './store/index.js';

/**
 * How long a client without settings waits for VWO before it starts on those that are kept, in ms (half of `startTimeout` where that is
 * less), and for those that another one is fetching (a quarter of it).
 */
const PATIENCE_MS = 1_000;

/** Fetches settings, has them checked and made ready, polls, and keeps the last good. */
export class SettingsKeeper<S extends PreparedSettings> {
  /** Resolves when the first settings are in force, or at `close`. Never rejects. */
  readonly ready: Promise<void>;

  private readonly lastGood: LastGoodSettings<S>;
  private readonly log: FetchLog;
  private readonly poller: SettingsPoller;
  private readonly runs = new SharedRuns(() => this.look());
  /** Undefined where settings are kept in no store. */
  private readonly stored: StoredSettings | undefined;
  private readonly search: SettingsSearch<S>;
  /** Of the next run. */
  private occasion: Occasion = 'told';
  private readonly random: () => number;
  private readonly closing: Promise<void>;
  private readonly resolve = { ready: (): void => undefined, closing: (): void => undefined };
  private starting: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: SettingsKeeperOptions<S>) {
    const {
      source,
      prepare,
      pollInterval,
      startTimeout,
      diagnostics,
      clock,
      onChange,
      stored,
      random = Math.random,
    } = options;
    const problems = new SettingsProblemsLog(source.name, diagnostics);
    this.random = random;
    this.log = new FetchLog(source.name, diagnostics);
    this.lastGood = new LastGoodSettings({
      source,
      prepare,
      clock,
      onChange: (settings, before) => {
        problems.report(settings.problems);
        this.resolve.ready();
        onChange?.(settings, before);
      },
    });
    const interval = (): number => pollIntervalOf(pollInterval, this.current?.pollInterval);
    this.poller = new SettingsPoller({
      interval,
      poll: () => this.run('due'),
      clock,
      random,
    });
    this.closing = new Promise((resolve) => (this.resolve.closing = resolve));
    this.ready = new Promise((resolve) => (this.resolve.ready = resolve));
    this.stored = stored;
    const patience = Math.min(PATIENCE_MS, startTimeout / 4);
    const { lastGood, log, closing } = this;
    const turns = this.stored && new SettingsTurns({ stored: this.stored, interval, patience, clock, closing });
    this.search = new SettingsSearch({ lastGood, log, stored: this.stored, turns, diagnostics, closing });
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
    const { confirmed, current } = this.lastGood;
    const { source, clock } = this.options;
    const version = current?.version;
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
    return this.run('asked');
  }

  /** Ends polling and trying. What arrives later changes nothing. Settles when the store is not watched any more; never rejects. */
  close(): Promise<void> {
    this.closed = true;
    this.search.close();
    this.lastGood.close();
    this.poller.close();
    this.resolve.closing();
    this.resolve.ready();
    return this.stored?.close() ?? Promise.resolve();
  }

  private async begin(): Promise<void> {
    if (this.closed) return;
    const { source, ...options } = this.options;
    const { closing, random, log } = this;
    this.watch();
    const fetch = (): Promise<boolean> => this.run('due');
    const first = firstSettings({ fetch, isRetried: source.isRetried, clock: options.clock, random, closing });
    const cancel = this.startOnKeptAfter(Math.min(PATIENCE_MS, options.startTimeout / 2));
    try {
      await startWithin(Promise.race([first, this.ready]), { ...options, sourceName: source.name, log });
    } catch (error) {
      void this.close();
      throw error;
    } finally {
      cancel();
    }
    const poll = (): void => this.poller.start();
    if (source.changes) void first.then(poll, poll);
  }

  private watch(): void {
    const ended = (): void => undefined; // logged already; the poll looks again
    this.stored?.watch(() => void this.run('told').then(ended, ended));
  }

  private startOnKeptAfter(ms: number): () => void {
    return this.stored ? this.options.clock.after(ms, () => void this.search.startOnKept()) : () => undefined;
  }

  private run(occasion: Occasion): Promise<boolean> {
    if (OCCASIONS.indexOf(occasion) < OCCASIONS.indexOf(this.occasion)) this.occasion = occasion;
    return this.runs.run();
  }

  private look(): Promise<boolean> {
    const { occasion } = this;
    this.occasion = 'told';
    return this.search.run(occasion);
  }
}

/** What counts most first: it does what those after it do. */
const OCCASIONS: readonly Occasion[] = ['asked', 'due', 'told'];
