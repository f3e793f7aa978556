import type { Clock } from '../common/index.js';

/** How often visits that are still open are looked through, in ms: what waits in one is handed over after at most twice that. */
const SWEEP_INTERVAL = 10_000;

/** The open visits in which something waits: a long one (a stream) must not keep its impressions until its end. One timer for all. */
export class WaitingVisits<Visit> {
  private recent = new Set<Visit>();
  /** Waiting since before the last sweep. */
  private older = new Set<Visit>();
  private cancelSweep: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly handOver: (visit: Visit) => void,
  ) {}

  add(visit: Visit): void {
    if (!this.older.has(visit)) this.recent.add(visit);
    this.cancelSweep ??= this.clock.after(SWEEP_INTERVAL, () => this.sweep());
  }

  /** Its events and records were handed over. */
  remove(visit: Visit): void {
    if (!this.recent.delete(visit)) this.older.delete(visit);
  }

  /** Hands over what waits in any visit. */
  handOverAll(): void {
    for (const visit of [...this.older, ...this.recent]) this.handOver(visit);
  }

  close(): void {
    this.cancelSweep?.();
    this.handOverAll();
  }

  private sweep(): void {
    this.cancelSweep = undefined;
    for (const visit of [...this.older]) this.handOver(visit);
    this.older = this.recent;
    this.recent = new Set();
    if (this.older.size > 0) this.cancelSweep = this.clock.after(SWEEP_INTERVAL, () => this.sweep());
  }
}
