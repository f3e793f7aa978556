import type { Clock } from '../common/index.js';
import { pause } from './pause.js';
import type { StoredSettings, VwoKeptSettings } from './store/index.js';

/** How long the turn of a client without settings lasts, in ms: as long as VWO may take to answer. */
const FIRST_TURN_MS = 10_000;
/** A turn lasts this part of the interval between polls: it has ended when the same client polls again. */
const TURN = 0.8;
/** What is kept is as good as fetched when it is at most this many intervals old. */
const FRESH_INTERVALS = 2;
/** How often a client without settings looks for those that another one is fetching, in ms. */
const LOOK_EVERY_MS = 100;

export interface SettingsTurnsOptions {
  readonly stored: StoredSettings;
  /** Between polls, in ms. */
  readonly interval: () => number;
  /** How long a client without settings waits for those that another one is fetching, in ms. */
  readonly patience: number;
  readonly clock: Clock;
  /** Resolves when nobody wants settings any more. */
  readonly closing: Promise<void>;
}

/** Of several clients that share a settings store one fetches, and the others read what it has kept. */
export class SettingsTurns {
  /** Until when it is this client's turn, on the monotonic clock, in ms. */
  private ends = -Infinity;

  constructor(private readonly options: SettingsTurnsOptions) {}

  /** What another client has fetched; undefined: it is this one's turn to fetch, or nobody else does. Bounded; never rejects. */
  async fetchedByAnother(hasSettings: boolean): Promise<VwoKeptSettings | undefined> {
    const { stored, interval, patience, clock, closing } = this.options;
    if (clock.monotonic() < this.ends) return undefined;
    if (await this.isOurs(hasSettings ? TURN * interval() : FIRST_TURN_MS)) return undefined;
    const last = clock.monotonic() + (hasSettings ? 0 : patience);
    for (;;) {
      const kept = await stored.load();
      if (kept && kept.age <= FRESH_INTERVALS * interval()) return kept;
      if (clock.monotonic() >= last || !(await pause(clock, LOOK_EVERY_MS, closing))) return undefined;
    }
  }

  private async isOurs(ms: number): Promise<boolean> {
    const { stored, clock } = this.options;
    const ends = clock.monotonic() + ms;
    const isOurs = await stored.claim(ms);
    if (isOurs) this.ends = ends;
    return isOurs;
  }
}
