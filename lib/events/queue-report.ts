import type { Diagnostics, VwoDropReason } from '../common/index.js';

/** Counts and logs what the queue loses, and why. */
export class QueueReport {
  /** Events lost because the queue was full, since events were last sent. */
  private overflowed = 0;

  constructor(
    private readonly diagnostics: Diagnostics,
    private readonly maxQueue: number,
  ) {}

  queued(): void {
    this.diagnostics.counters.eventsQueued += 1;
  }

  overflow(): void {
    this.overflowed += 1;
    this.diagnostics.drop('full', 1);
    if (this.overflowed > 1) return;
    this.diagnostics.warn(
      'events-full',
      `The event queue is full (${this.maxQueue}): from now on the oldest events are lost.`,
    );
  }

  stuck(reason: string | undefined, size: number): void {
    this.diagnostics.warn(
      'events',
      `Events cannot be sent: ${reason}. ${size} wait (${this.maxQueue} at most) and are tried again.`,
    );
  }

  flowing(): void {
    this.diagnostics.recovered('events', 'Events are sent again.');
    if (this.overflowed === 0) return;
    this.diagnostics.recovered('events-full', `The event queue has room again: ${this.overflowed} events were lost.`);
    this.overflowed = 0;
  }

  /** @param deadline in ms */
  lostAtClose(count: number, deadline: number, wasReached: boolean): void {
    if (count === 0) return;
    const what = wasReached
      ? `${count} events could not be sent within ${deadline} ms of closing and are lost.`
      : `${count} events could not be sent and are lost: VWO was never reached.`;
    this.dropped('closing', count, 'events-close', what);
  }

  late(): void {
    this.dropped('late', 1, 'events-late', 'An event came after the client had closed and is lost.');
  }

  private dropped(reason: VwoDropReason, count: number, kind: string, message: string): void {
    this.diagnostics.drop(reason, count);
    this.diagnostics.warn(kind, message);
  }
}
