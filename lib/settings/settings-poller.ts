import type { Clock } from '../common/index.js';

/** VWO's own interval where nothing else is said, in ms. */
const POLL_INTERVAL_MS = 600_000;
/** The least and the most that settings may ask for, in ms; the most is what Node's timers can count. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 2 ** 31 - 1;
/** The part of the interval that chance takes away. */
const JITTER = 0.1;

export interface SettingsPollerOptions {
  /** In ms, asked before each wait. */
  interval: () => number;
  /** One poll. How it ends makes no difference to the next one. */
  poll: () => Promise<unknown>;
  clock: Clock;
  /** From 0 to 1. */
  random: () => number;
}

/**
 * Polls until it is closed, one poll at a time. Each wait is the interval less a random part of up to a tenth, drawn anew
 * each time, so that servers that were started together do not go on asking VWO at the same moment.
 */
export class SettingsPoller {
  private cancel: (() => void) | undefined;
  private closed = false;

  constructor(private readonly options: SettingsPollerOptions) {}

  start(): void {
    if (this.closed) return;
    const { interval, poll, clock, random } = this.options;
    const again = (): void => this.start();
    const wait = Math.round(interval() * (1 - JITTER * random()));
    this.cancel = clock.after(wait, () => void poll().then(again, again));
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
  }
}

/** How often to poll, in ms: as the option says, else as the settings ask, else every ten minutes. */
export function pollIntervalOf(option: number | undefined, asked: unknown): number {
  if (option !== undefined) return option;
  if (typeof asked !== 'number' || !(asked > 0)) return POLL_INTERVAL_MS;
  return Math.min(Math.max(asked, SHORTEST_MS), LONGEST_MS);
}
