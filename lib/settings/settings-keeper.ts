import type { Clock } from '../common/index.js';
import type { Diagnostics } from '../common/index.js';
import type { CompiledSettings, VwoSettings } from '../fme/engine/index.js';
import type { SettingsProblem } from '../model/index.js';
import { keepAliveUntil, backOff, type BackOffOptions, errorText } from '../common/index.js';
import { VwoSettingsError, VwoStartError } from '../common/index.js';
import { parseSettings } from '../fme/index.js';
import type { SettingsOccasion, SettingsSource } from './settings-source.js';

/** VWO's own interval where nothing else is said, in ms. */
const POLL_INTERVAL = 600_000;
/** What settings may ask for, in ms: neither a storm nor more than Node's timers can count. */
const SHORTEST_POLL = 1_000;
const LONGEST_POLL = 2 ** 31 - 1;
/** Waits between tries until the first settings are there, in ms. */
const RETRY: BackOffOptions = { first: 250, longest: 30_000 };
/** Problems that are told one by one. */
const TOLD = 5;

/** What the keeper must see of settings, whichever product of VWO's they belong to. */
export interface KeptSettings {
  /** How often VWO asks to be asked, in ms. */
  readonly pollInterval?: number | undefined;
}

/** What the keeper must see of settings that are made ready for deciding. */
export interface KeptCompiled {
  readonly problems: readonly SettingsProblem[];
}

export interface SettingsKeeperOptions<
  Compiled extends KeptCompiled = CompiledSettings,
  Settings extends KeptSettings = VwoSettings,
> {
  source: SettingsSource;
  /** Checks what arrived; throws `VwoSettingsError`. @default `parseSettings`, for FME */
  parse?: (raw: unknown, accountId?: string) => Settings;
  /** Makes settings ready for deciding; where it throws, the last good stay. */
  compile: (settings: Settings) => Compiled;
  /** Whose settings they must be. */
  accountId?: string | undefined;
  /** In ms. @default the settings' own `pollInterval`, else 600,000 */
  pollInterval?: number | undefined;
  /** How long `start` waits, in ms. */
  startTimeout: number;
  onStartFailure: 'continue' | 'fail';
  diagnostics: Diagnostics;
  clock: Clock;
  /** Called with the first settings and at every change. */
  onChange?: (compiled: Compiled, settings: Settings) => void;
}

/** Fetches settings, checks and compiles them, asks again, and keeps the last good. */
export class SettingsKeeper<
  Compiled extends KeptCompiled = CompiledSettings,
  Settings extends KeptSettings = VwoSettings,
> {
  /** The last good settings, compiled; undefined until the first came. */
  current: Compiled | undefined;
  /** The same as VWO sent them, lists and maps filled in. */
  settings: Settings | undefined;
  /** How long the fetch of the first settings took, in ms; 0 where they were given. */
  fetchTime = 0;

  /** The current settings as text: what equals it is not compiled again. */
  private text: string | undefined;
  /** Settings taken so far. */
  private taken = 0;
  private starting: Promise<void> | undefined;
  /** `start` has given up waiting, and has said so. */
  private late = false;
  private lastReason = 'no answer yet';
  /** The fetch under way, and the one that follows it if somebody asked meanwhile. */
  private running: Promise<unknown> = Promise.resolve();
  private next: { occasion: SettingsOccasion; answer: Promise<boolean> } | undefined;
  private cancelTimer: (() => void) | undefined;
  private closed = false;
  private readonly closing: Promise<void>;
  private end: () => void = () => undefined;

  constructor(private readonly options: SettingsKeeperOptions<Compiled, Settings>) {
    this.closing = new Promise((resolve) => (this.end = resolve));
  }

  /**
   * Waits for the first settings, `startTimeout` at most; then either rejects with `VwoStartError` (`fail`), or goes on
   * without and keeps trying (`continue`). Given settings that are not VWO's are refused in both cases: trying heals nothing.
   */
  start(): Promise<void> {
    return (this.starting ??= keepAliveUntil(this.begin()));
  }

  /**
   * Fetches now. True when the settings changed; rejects when they could not be had (the last good stay).
   * Calls of one moment share a fetch; whoever asks while one is under way shares the next, which knows what he knows.
   */
  refresh(occasion: SettingsOccasion = 'poll'): Promise<boolean> {
    const next = (this.next ??= { occasion, answer: this.running.then(() => this.fetchNext()) });
    if (occasion === 'webhook') next.occasion = 'webhook';
    return next.answer;
  }

  /** Ends polling and trying. What arrives later changes nothing. */
  close(): void {
    this.closed = true;
    this.cancelTimer?.();
    this.end();
  }

  private async begin(): Promise<void> {
    const { startTimeout, clock } = this.options;
    let cancel = (): void => undefined;
    const late = new Promise<'late'>((resolve) => (cancel = clock.after(startTimeout, () => resolve('late'))));
    const outcome = await Promise.race([this.firstSettings(), late, this.closing]).finally(() => cancel());
    if (outcome === 'late') this.startedLate();
  }

  private async firstSettings(): Promise<void> {
    for (let failures = 1; this.current === undefined && !this.closed; failures++) {
      try {
        await this.refresh();
      } catch (error) {
        if (!this.options.source.changes) throw error;
        await this.pause(backOff(failures, RETRY));
      }
    }
    this.pollLater();
  }

  private startedLate(): void {
    const { source, startTimeout, onStartFailure, diagnostics } = this.options;
    const what = `No settings from ${source.name} within ${startTimeout} ms (${this.lastReason}).`;
    if (onStartFailure === 'fail') {
      this.close();
      throw new VwoStartError(
        `${what} Are \`accountId\`, \`sdkKey\` and \`baseUrl\` right, and is the host reachable? ` +
          `With \`onStartFailure: 'continue'\` the application starts with every flag off until they arrive.`,
      );
    }
    this.late = true;
    diagnostics.warn('settings', `${what} Every flag is off until they arrive; trying on.`);
  }

  private fetchNext(): Promise<boolean> {
    const occasion = this.next?.occasion ?? 'poll';
    this.next = undefined;
    const answer = this.fetch(occasion);
    this.running = answer.catch(() => undefined); // whoever asked hears of it; whoever follows does not mind
    return answer;
  }

  private async fetch(occasion: SettingsOccasion): Promise<boolean> {
    const { source, accountId, diagnostics, clock } = this.options;
    if (this.closed) throw new VwoSettingsError('the client is closed');
    diagnostics.count('settingsFetches');
    const began = clock.now();
    try {
      const settings = this.parse(await source.fetch(occasion), accountId);
      if (this.closed) return false;
      if (this.current === undefined && source.changes) this.fetchTime = clock.now() - began;
      const changed = this.take(settings);
      diagnostics.recovered('settings', `Settings arrive from ${source.name} again.`);
      return changed;
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  /** Without `parse` the settings are FME's: so say the default types. */
  private parse(raw: unknown, accountId: string | undefined): Settings {
    return this.options.parse?.(raw, accountId) ?? (parseSettings(raw, accountId) as unknown as Settings);
  }

  private take(settings: Settings): boolean {
    const text = JSON.stringify(settings);
    if (text === this.text) return false;
    const compiled = this.options.compile(settings);
    this.current = compiled;
    this.settings = settings;
    this.text = text;
    this.taken += 1;
    this.tellProblems(compiled);
    this.options.onChange?.(compiled, settings);
    return true;
  }

  private failed(error: unknown): void {
    if (this.closed) return;
    const { source, diagnostics } = this.options;
    this.lastReason = errorText(error);
    diagnostics.count('settingsFailures');
    if (this.current) {
      diagnostics.warn(
        'settings',
        `Settings could not be had from ${source.name}: ${this.lastReason}. The last good ones stay.`,
      );
    } else if (this.late) {
      diagnostics.warn(
        'settings',
        `Still no settings from ${source.name} (${this.lastReason}): every flag is off; trying on.`,
      );
    }
  }

  private tellProblems({ problems }: Compiled): void {
    if (problems.length === 0) return;
    const more = problems.length > TOLD ? `; and ${problems.length - TOLD} more` : '';
    this.options.diagnostics.warn(
      `settings-problems ${this.taken}`,
      `Settings from ${this.options.source.name} hold what this version does not know: ` +
        `${problems.slice(0, TOLD).map(told).join('; ')}${more}. Such rules decide as in VWO's own SDK.`,
    );
  }

  private pollLater(): void {
    if (this.closed || !this.options.source.changes) return;
    this.cancelTimer = this.options.clock.after(this.interval(), () => {
      const done = () => this.pollLater();
      this.refresh().then(done, done); // a failure is counted and said where it happens
    });
  }

  private interval(): number {
    const own = this.settings?.pollInterval;
    const asked = typeof own === 'number' && own > 0 ? Math.max(own, SHORTEST_POLL) : POLL_INTERVAL;
    return this.options.pollInterval ?? Math.min(asked, LONGEST_POLL);
  }

  private async pause(ms: number): Promise<void> {
    const wait = new Promise<void>((resolve) => (this.cancelTimer = this.options.clock.after(ms, resolve)));
    await Promise.race([wait, this.closing]);
  }
}

function told({ featureKey, where, what }: SettingsProblem): string {
  return `${featureKey === undefined ? '' : `feature "${featureKey}", `}${where}: ${what}`;
}
