import { inNeutralContext } from './neutral-context.js';

/** Time, handed in from outside, so that tests move a clock instead of sleeping. */
export interface Clock {
  /** Milliseconds since the epoch, for timestamps. May jump: somebody sets the machine's time. */
  now(): number;
  /** Milliseconds since some fixed moment, for deadlines and durations. Never jumps. */
  monotonic(): number;
  /**
   * Runs `work` once after `ms` milliseconds, in no request's async context; the answer cancels it. Keeps the process alive only
   * where `holds` says so: for a deadline that somebody waits for.
   */
  after(ms: number, work: () => void, holds?: boolean): () => void;
}

/** A clock as an application hands it in. Without `monotonic`, `now` is used in its place. */
export type ClockOption = Omit<Clock, 'monotonic'> & Partial<Pick<Clock, 'monotonic'>>;

/** The machine's own time. */
export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after: (ms, work, holds = false) =>
    inNeutralContext(() => {
      const timer = setTimeout(work, ms);
      if (!holds) timer.unref();
      return () => clearTimeout(timer);
    }),
};

/** The clock that the library goes by: the one given, with what it lacks filled in. @default the machine's */
export function clockOf(given: ClockOption = systemClock): Clock {
  if (given === systemClock) return systemClock;
  return {
    now: () => given.now(),
    monotonic: () => given.monotonic?.() ?? given.now(),
    after: (ms, work, holds) => inNeutralContext(() => given.after(ms, work, holds)),
  };
}
