import {
  type Clock,
  type Diagnostics,
  inNeutralContext,
  keepAliveUntil,
  VwoSettingsError,
  VwoStartError,
  within,
} from '../common/index.js';
import { FetchLog } from './fetch-log.js';
import { firstSettings } from './first-settings.js';
import { LastGoodSettings } from './last-good-settings.js';
import type { PreparedSettings } from './prepared-settings.js';
import { pollIntervalOf, SettingsPoller } from './settings-poller.js';
import { SettingsProblemsLog } from './settings-problems.js';
import type { SettingsSource } from './settings-source.js';
import { SharedRuns } from './shared-runs.js';

const LATE = Symbol('late');

export interface SettingsKeeperOptions<S extends PreparedSettings> {
  source: SettingsSource;
  /** Checks what arrived and makes it ready for deciding, in bounded time. Where it throws or rejects, the last good stay. */
  prepare: (raw: unknown) => S | Promise<S>;
  /** In ms. @default the settings' own `pollInterval`, else 600,000 */
  pollInterval: number | undefined;
  /** How long `start` waits, in ms. */
  startTimeout: number;
  onStartFailure: 'continue' | 'fail';
  diagnostics: Diagnostics;
  clock: Clock;
  /** For the waits between polls and tries; from 0 to 1. @default `Math.random` */
  random?: () => number;
  /** Called with the first settings and at every change, when they are in force. Must not throw. */
  onChange?: (settings: S, raw: unknown) => void;
}

/** Fetches settings, has them checked and made ready, polls, and keeps the last good. */
export class SettingsKeeper<S extends PreparedSettings> {
  /** How long the fetch of the first settings took, in ms; 0 where they were given. */
  fetchTime = 0;
  /** Resolves when the first settings are in force, or at `close`. Never rejects. */
  readonly ready: Promise<void>;

  private readonly lastGood: LastGoodSettings<S>;
  private readonly log: FetchLog;
  private readonly problems: SettingsProblemsLog;
  private readonly poller: SettingsPoller;
  private readonly fetches = new SharedRuns(() => this.fetch());
  private readonly random: () => number;
  private readonly closing: Promise<void>;
  private readonly resolve = { ready: (): void => undefined, closing: (): void => undefined };
  private starting: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: SettingsKeeperOptions<S>) {
    const { source, prepare, pollInterval, diagnostics, clock, random = Math.random } = options;
    this.random = random;
    this.lastGood = new LastGoodSettings(source.name, prepare);
    this.log = new FetchLog(source.name, diagnostics);
    this.problems = new SettingsProblemsLog(source.name, diagnostics);
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
    this.poller.close();
    this.resolve.closing();
    this.resolve.ready();
  }

  private async begin(): Promise<void> {
    if (this.closed) return;
    const { source, clock, startTimeout } = this.options;
    const { closing, random } = this;
    const fetch = (): Promise<unknown> => this.refresh();
    const first = firstSettings({ fetch, isRetried: source.isRetried, clock, random, closing });
    try {
      const outcome = await within(clock, startTimeout, Promise.race([first, closing]), LATE);
      if (outcome === LATE) this.startedLate();
    } catch (error) {
      this.close();
      throw error;
    }
    const poll = (): void => this.startPolling();
    void first.then(poll, poll);
  }

  private startedLate(): void {
    const { source, startTimeout, onStartFailure } = this.options;
    const what = `No settings from ${source.name} within ${startTimeout} ms (${this.log.lastReason}).`;
    if (onStartFailure === 'continue') return this.log.without(what);
    throw new VwoStartError(
      `${what} Are \`accountId\`, \`sdkKey\` and \`baseUrl\` right, and is the host reachable? ` +
        `With \`onStartFailure: 'continue'\` the application starts with every flag off until they arrive.`,
    );
  }

  private startPolling(): void {
    if (this.options.source.changes) this.poller.start();
  }

  private async fetch(): Promise<boolean> {
    if (this.closed) throw new VwoSettingsError('the client is closed');
    this.log.fetching();
    try {
      const changed = await Promise.race([inNeutralContext(() => this.fetchAndTake()), this.closing.then(() => false)]);
      if (!this.closed) this.log.succeeded();
      return changed;
    } catch (error) {
      if (!this.closed) this.log.failed(error, this.current !== undefined);
      throw error;
    }
  }

  private async fetchAndTake(): Promise<boolean> {
    const { source, clock, onChange } = this.options;
    const began = clock.monotonic();
    const raw = await source.fetch();
    const fetchTime = clock.monotonic() - began;
    const prepared = await this.lastGood.prepared(raw);
    if (!prepared || this.closed) return false;
    if (this.current === undefined && source.changes) this.fetchTime = fetchTime;
    this.lastGood.replace(prepared);
    this.problems.report(prepared.settings.problems);
    onChange?.(prepared.settings, raw);
    this.resolve.ready();
    return true;
  }
}
