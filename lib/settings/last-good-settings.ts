import { type Clock, errorText, VwoSettingsError } from '../common/index.js';
import type { SettingsSource } from './settings-source.js';
import type { VwoKeptSettings } from './store/index.js';

export interface LastGoodSettingsOptions<S> {
  source: SettingsSource;
  prepare: (raw: unknown) => S | Promise<S>;
  clock: Clock;
  /** Called when other settings are in force than before. `before`: those, as JSON; undefined: there were none. */
  onChange: (settings: S, raw: unknown, before: string | undefined) => void;
}

export interface ConfirmedAt {
  /** In ms since the epoch. */
  readonly time: number;
  /** On the monotonic clock, in ms. */
  readonly monotonic: number;
}

interface Origin {
  readonly at: ConfirmedAt;
  /** For messages. */
  readonly from: string;
  /** In ms. */
  readonly fetchTime: number;
}

/** The settings in force. What cannot be fetched, or is refused, does not replace them. */
export class LastGoodSettings<S> {
  /** Undefined until the first came. */
  current: S | undefined;
  /** How long the fetch of the first took, in ms; 0 where they were given, or kept in a store. */
  fetchTime = 0;
  /** The `version` that VWO has given them; undefined where they have none. */
  version: string | number | undefined;
  /** When VWO last gave them: fetched, or found unchanged. */
  confirmed: ConfirmedAt | undefined;
  /** `current` as it was fetched: the same text is not prepared again. */
  private text: string | undefined;
  /** Settings are prepared one after the other. */
  private preparing: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: LastGoodSettingsOptions<S>) {}

  /**
   * Fetches and prepares. True when other settings are in force now; rejects when there are none, or they are refused.
   * @param fetched called with what was fetched, once it is in force or equals what is
   */
  async renew(fetched?: (kept: VwoKeptSettings) => void): Promise<boolean> {
    const { source, clock } = this.options;
    const began = clock.monotonic();
    const raw = await source.fetch();
    const fetchTime = source.changes ? clock.monotonic() - began : 0;
    const at = this.ago(0);
    const changed = await this.oneByOne(() => this.adopt(raw, { at, from: source.name, fetchTime }));
    if (!this.closed) fetched?.({ settings: raw, age: clock.monotonic() - at.monotonic });
    return changed;
  }

  /** Takes settings that were fetched before, unless those in force are newer. True when others are in force now; rejects when they are refused. */
  take({ settings, age }: VwoKeptSettings): Promise<boolean> {
    const at = this.ago(age);
    return this.oneByOne(() => {
      if (this.confirmed && at.monotonic <= this.confirmed.monotonic) return Promise.resolve(false);
      return this.adopt(settings, { at, from: 'the settings store', fetchTime: 0 });
    });
  }

  /** What arrives later changes nothing. */
  close(): void {
    this.closed = true;
  }

  private oneByOne(work: () => Promise<boolean>): Promise<boolean> {
    const done = this.preparing.then(work);
    this.preparing = done.catch(() => undefined); // whoever brought the settings is told
    return done;
  }

  private async adopt(raw: unknown, { at, from, fetchTime }: Origin): Promise<boolean> {
    const text = String(JSON.stringify(raw));
    if (text === this.text) {
      this.confirmed = at;
      return false;
    }
    const prepared = await this.prepared(raw, from);
    if (this.closed) return false;
    const before = this.text;
    if (before === undefined) this.fetchTime = fetchTime;
    this.current = prepared;
    this.text = text;
    this.version = versionOf(raw);
    this.confirmed = at;
    this.options.onChange(prepared, raw, before);
    return true;
  }

  /** The moment `ms` ago. */
  private ago(ms: number): ConfirmedAt {
    const { clock } = this.options;
    return { time: clock.now() - ms, monotonic: clock.monotonic() - ms };
  }

  private async prepared(raw: unknown, from: string): Promise<S> {
    try {
      return await this.options.prepare(raw);
    } catch (cause) {
      throw new VwoSettingsError(`Settings from ${from} were refused: ${errorText(cause)}`, { cause });
    }
  }
}

function versionOf(raw: unknown): string | number | undefined {
  const version = (raw as { readonly version?: unknown } | undefined)?.version;
  return typeof version === 'number' || typeof version === 'string' ? version : undefined;
}
