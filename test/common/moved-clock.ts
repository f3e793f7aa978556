import type { Clock } from '../../lib/common/clock.js';

/** A clock that goes only when it is told to, and runs what becomes due in its order. */
export class MovedClock implements Clock {
  private readonly due = new Set<{ readonly at: number; readonly work: () => void }>();

  /** How far the wall clock was set off, in ms. */
  private offset = 0;

  constructor(private time = 1_800_000_000_000) {}

  now(): number {
    return this.time + this.offset;
  }

  monotonic(): number {
    return this.time;
  }

  /** Sets the wall clock, as somebody may set the machine's: no time passes. */
  setTo(now: number): void {
    this.offset = now - this.time;
  }

  after(ms: number, work: () => void): () => void {
    const entry = { at: this.time + ms, work };
    this.due.add(entry);
    return () => void this.due.delete(entry);
  }

  move(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = [...this.due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.due.delete(next);
      this.time = next.at;
      next.work();
    }
    this.time = end;
  }

  /** How long until each of the timers that run, in ms, shortest first. */
  get timers(): number[] {
    return [...this.due].map(({ at }) => at - this.time).sort((a, b) => a - b);
  }
}
