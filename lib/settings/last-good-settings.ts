import { type Clock, errorText, VwoSettingsError } from '../common/index.js';
import type { SettingsSource } from './settings-source.js';
import type { VwoKeptSettings } from './store/index.js';

export interface LastGoodSettingsOptions<S> {
  source: SettingsSource;
  prepare: (json: Buffer) => S | Promise<S>;
  clock: Clock;
  /** Called when other settings are in force than before. `before`: those; undefined: there were none. */
  onChange: (settings: S, before: S | undefined) => void;
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
  /** When VWO last gave them: fetched, or found unchanged. */
  confirmed: ConfirmedAt | undefined;
  /** `current` as it was fetched: the same is not prepared again. */
  private json: Buffer | undefined;
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
    const json = await source.fetch();
    const fetchTime = source.changes ? clock.monotonic() - began : 0;
    const at = this.ago(0);
    const changed = await this.oneByOne(() => this.adopt(json, { at, from: source.name, fetchTime }));
    if (!this.closed) fetched?.({ settings: json.toString(), age: clock.monotonic() - at.monotonic });
    return changed;
  }

  /** Takes settings that were fetched before, unless those in force are newer. True when others are in force now; rejects when they are refused. */
  take({ settings, age }: VwoKeptSettings): Promise<boolean> {
    const at = this.ago(age);
    return this.oneByOne(() => {
      if (this.confirmed && at.monotonic <= this.confirmed.monotonic) return Promise.resolve(false);
      return this.adopt(Buffer.from(settings), { at, from: 'the settings store', fetchTime: 0 });
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

  private async adopt(json: Buffer, { at, from, fetchTime }: Origin): Promise<boolean> {
    if (this.json?.equals(json)) {
      this.confirmed = at;
      return false;
    }
    const prepared = await this.prepared(json, from);
    if (this.closed) return false;
    const before = this.current;
    if (before === undefined) this.fetchTime = fetchTime;
    this.current = prepared;
    this.json = json;
    this.confirmed = at;
    this.options.onChange(prepared, before);
    return true;
  }

  /** The moment `ms` ago. */
  private ago(ms: number): ConfirmedAt {
    const { clock } = this.options;
    return { time: clock.now() - ms, monotonic: clock.monotonic() - ms };
  }

  private async prepared(json: Buffer, from: string): Promise<S> {
    try {
      return await this.options.prepare(json);
    } catch (cause) {
      throw new VwoSettingsError(`Settings from ${from} were refused: ${errorText(cause)}`, { cause });
    }
  }
}
