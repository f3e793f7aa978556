import { type Clock, errorText, VwoSettingsError } from '../common/index.js';
import type { SettingsSource } from './settings-source.js';

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

/** The settings in force. What cannot be fetched, or is refused, does not replace them. */
export class LastGoodSettings<S> {
  /** Undefined until the first came. */
  current: S | undefined;
  /** How long the fetch of the first took, in ms; 0 where they were given. */
  fetchTime = 0;
  /** The `version` that VWO has given them; undefined where they have none. */
  version: string | number | undefined;
  /** When VWO last gave them: fetched, or found unchanged. */
  confirmed: ConfirmedAt | undefined;
  /** `current` as it was fetched: the same text is not prepared again. */
  private text: string | undefined;
  private closed = false;

  constructor(private readonly options: LastGoodSettingsOptions<S>) {}

  /** Fetches and prepares. True when other settings are in force now; rejects when there are none, or they are refused. */
  async renew(): Promise<boolean> {
    const { source, clock, onChange } = this.options;
    const began = clock.monotonic();
    const raw = await source.fetch();
    const fetchTime = clock.monotonic() - began;
    const text = String(JSON.stringify(raw));
    if (text === this.text) {
      this.confirm();
      return false;
    }
    const prepared = await this.prepared(raw);
    if (this.closed) return false;
    if (this.current === undefined && source.changes) this.fetchTime = fetchTime;
    const before = this.text;
    this.current = prepared;
    this.text = text;
    this.version = versionOf(raw);
    this.confirm();
    onChange(prepared, raw, before);
    return true;
  }

  /** What arrives later changes nothing. */
  close(): void {
    this.closed = true;
  }

  private confirm(): void {
    const { clock } = this.options;
    this.confirmed = { time: clock.now(), monotonic: clock.monotonic() };
  }

  private async prepared(raw: unknown): Promise<S> {
    try {
      return await this.options.prepare(raw);
    } catch (cause) {
      const { name } = this.options.source;
      throw new VwoSettingsError(`Settings from ${name} were refused: ${errorText(cause)}`, { cause });
    }
  }
}

function versionOf(raw: unknown): string | number | undefined {
  const version = (raw as { readonly version?: unknown } | undefined)?.version;
  return typeof version === 'number' || typeof version === 'string' ? version : undefined;
}
