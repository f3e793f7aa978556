import { backOff, type BackOffOptions, type Clock } from '../common/index.js';
import { pause } from './pause.js';

/** Waits between tries until the first settings are there, in ms. */
const RETRY: BackOffOptions = { first: 250, longest: 30_000 };

export interface FirstSettingsOptions {
  /** One fetch. Rejects when it gave no settings. */
  fetch: () => Promise<unknown>;
  /** False: the first failure is the last. */
  isRetried: boolean;
  clock: Clock;
  /** From 0 to 1. */
  random: () => number;
  /** Resolves when nobody wants settings any more. */
  closing: Promise<void>;
}

/** Fetches until it succeeds, waiting longer each time. Resolves with the settings in force, or at `closing`. */
export async function firstSettings({ fetch, isRetried, clock, random, closing }: FirstSettingsOptions): Promise<void> {
  let isClosed = false;
  void closing.then(() => (isClosed = true));
  for (let failures = 1; !isClosed; failures++) {
    try {
      await fetch();
      return;
    } catch (error) {
      if (!isRetried) throw error;
    }
    if (!isClosed) await pause(clock, backOff(failures, { ...RETRY, random }), closing);
  }
}
