import type { Clock } from './clock.js';

/** How long its timer runs at most, in ms: for so long it may hold the process after the last wait has ended. */
const LONGEST_TIMER = 50;

/** A wait under way. */
export interface Wait<About = undefined> {
  /** When it is late, on the monotonic clock, in ms. */
  readonly due: number;
  readonly late: () => void;
  readonly about: About | undefined;
  before: Wait<About> | undefined;
  after: Wait<About> | undefined;
  isOver: boolean;
}

/**
 * Waits that are all equally long, however many at once, on one timer: a timer of its own for each costs several times what it
 * takes to put the wait into a list.
 */
export class EqualWaits<About = undefined> {
  private first: Wait<About> | undefined;
  private last: Wait<About> | undefined;
  private underWay = 0;
  private cancelTimer: (() => void) | undefined;
  private isClosed = false;
  private readonly look = (): void => this.lookThrough();

  /**
   * @param ms how long each may take
   * @param holds whether the process stays alive while any of them goes on
   */
  constructor(
    private readonly clock: Clock,
    readonly ms: number,
    private holds = true,
  ) {}

  /** Waits under way. */
  get count(): number {
    return this.underWay;
  }

  /** What those that go on are about, the oldest first. */
  *abouts(): Iterable<About> {
    for (let wait = this.first; wait; wait = wait.after) if (wait.about !== undefined) yield wait.about;
  }

  /** @param late called once, unless the wait ends before */
  start(late: () => void, about?: About): Wait<About> {
    const wait: Wait<About> = {
      due: this.clock.monotonic() + this.ms,
      late,
      about,
      before: this.last,
      after: undefined,
      isOver: false,
    };
    if (this.last) this.last.after = wait;
    else this.first = wait;
    this.last = wait;
    this.underWay += 1;
    if (!this.cancelTimer) this.armUntil(wait.due);
    return wait;
  }

  /** False when it had ended before, or was late. */
  end(wait: Wait<About>): boolean {
    if (wait.isOver) return false;
    wait.isOver = true;
    this.underWay -= 1;
    const { before, after } = wait;
    if (before) before.after = after;
    else this.first = after;
    if (after) after.before = before;
    else this.last = before;
    wait.before = wait.after = undefined; // what is kept of an old wait must not keep younger ones
    if (this.isClosed && !this.first) this.stopTimer();
    return true;
  }

  /** From now on the timer runs only while a wait does. Waits under way go on. */
  close(): void {
    this.isClosed = true;
    if (!this.first) this.stopTimer();
  }

  /** From now on they do not keep the process alive: nobody waits for them any longer. They are late in time if it lives. */
  letGo(): void {
    this.holds = false;
    this.stopTimer();
    if (this.first) this.armUntil(this.first.due);
  }

  private armUntil(due: number): void {
    const ms = Math.max(0, Math.min(LONGEST_TIMER, due - this.clock.monotonic()));
    this.cancelTimer = this.clock.after(ms, this.look, this.holds);
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  /** After a stall of the event loop timers run before sockets are read: an answer that is there already is not late. */
  private lookThrough(): void {
    this.cancelTimer = undefined;
    const { first } = this;
    if (!first) return;
    const now = this.clock.monotonic();
    if (first.due <= now) setImmediate(() => this.endLate(now));
    else this.armUntil(first.due);
  }

  private endLate(now: number): void {
    for (let wait = this.first; wait && wait.due <= now; wait = this.first) {
      this.end(wait);
      wait.late();
    }
    if (this.first && !this.cancelTimer) this.armUntil(this.first.due);
  }
}
