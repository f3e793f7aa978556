import type { Clock } from '../../common/index.js';

/** How often visits that are still open are looked through, in ms: what waits in one is handed over after at most twice that. */
const SWEEP_INTERVAL = 10_000;

/** An open visit, and where it stands among the waiting ones. */
export interface WaitingVisit {
  /** Its place in the list; -1: nothing waits in it. @internal */
  waitingPlace: number;
  /** Sweeps that there had been when it came. @internal */
  waitingSince: number;
}

/**
 * The open visits in which something waits: a long one (a stream) must not keep its impressions until its end. One timer for
 * all. A list in which each visit knows its index, and not a Set: every visit is added and removed, and a Set is rehashed by that.
 * For the same reason the list never gets shorter: from index `count` on its slots are empty.
 */
export class WaitingVisits<Visit extends WaitingVisit> {
  private readonly visits: (Visit | undefined)[] = [];
  private count = 0;
  private sweeps = 0;
  private cancelSweep: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    /** Hands over what waits in a visit, and removes it. */
    private readonly handOver: (visit: Visit) => void,
  ) {}

  /** How many wait. */
  get size(): number {
    return this.count;
  }

  /** After `close` nothing waits: what the visit has is handed over at once. */
  add(visit: Visit): void {
    if (this.closed) return this.handOver(visit);
    if (visit.waitingPlace !== -1) return;
    visit.waitingSince = this.sweeps;
    this.put(visit, this.count);
    this.count += 1;
    this.cancelSweep ??= this.clock.after(SWEEP_INTERVAL, () => this.sweep());
  }

  /** Its events and records were handed over. The last visit takes its place. */
  remove(visit: Visit): void {
    const { waitingPlace } = visit;
    if (waitingPlace === -1) return;
    this.count -= 1;
    const last = this.visits[this.count];
    this.visits[this.count] = undefined;
    visit.waitingPlace = -1;
    if (last && last !== visit) this.put(last, waitingPlace);
  }

  /** Hands over what waits in any visit. */
  handOverAll(): void {
    for (const visit of this.all()) this.handOver(visit);
  }

  close(): void {
    this.closed = true;
    this.cancelSweep?.();
    this.handOverAll();
  }

  private all(): Visit[] {
    return this.visits.slice(0, this.count) as Visit[];
  }

  private put(visit: Visit, place: number): void {
    this.visits[place] = visit;
    visit.waitingPlace = place;
  }

  private sweep(): void {
    this.cancelSweep = undefined;
    for (const visit of this.all().filter(({ waitingSince }) => waitingSince < this.sweeps)) {
      this.handOver(visit);
    }
    this.sweeps += 1;
    if (this.count > 0) this.cancelSweep = this.clock.after(SWEEP_INTERVAL, () => this.sweep());
  }
}
