import type { Diagnostics, VwoDropReason } from '../common/index.js';
import type { Overflow } from './event-buffer.js';

/** Why nothing is sent any more when a queue closes. */
export type EndOfTries = 'emptied' | 'deadline' | 'never-reached' | 'asked-to-wait';

const WHY: Readonly<Record<EndOfTries, string>> = {
  emptied: '',
  deadline: '',
  'never-reached': ': VWO was never reached',
  'asked-to-wait': ': VWO asks to be left alone for longer than closing may take',
};

/** Counts and logs what the queue loses, and why. */
export class QueueReport {
  /** Events lost because the queue was full, since events were last sent. */
  private overflowed = 0;

  constructor(
    private readonly diagnostics: Diagnostics,
    private readonly maxQueue: number,
    private readonly maxQueueBytes: number,
  ) {}

  queued(): void {
    this.diagnostics.counters.eventsQueued += 1;
  }

  overflow(why: Overflow): void {
    if (why === 'one') return this.oneTooLarge();
    this.overflowed += 1;
    this.diagnostics.drop(why === 'events' ? 'full' : 'full-bytes', 1);
    if (this.overflowed > 1) return;
    const bound = why === 'events' ? this.maxQueue : `${this.maxQueueBytes} bytes`;
    this.diagnostics.warn('events-full', `The event queue is full (${bound}): from now on the oldest events are lost.`);
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
  lostAtClose(count: number, deadline: number, end: EndOfTries): void {
    if (count === 0) return;
    const within = end === 'deadline' ? ` within ${deadline} ms of closing` : '';
    const what = `${count} events could not be sent${within} and are lost${WHY[end]}.`;
    this.dropped('closing', count, 'events-close', what);
  }

  late(): void {
    this.dropped('late', 1, 'events-late', 'An event came after the client had closed and is lost.');
  }

  private oneTooLarge(): void {
    const what = `An event is lost: with its user it is larger than the event queue may be (${this.maxQueueBytes} bytes).`;
    this.dropped('full-bytes', 1, 'event-over-bound', what);
  }

  private dropped(reason: VwoDropReason, count: number, kind: string, message: string): void {
    this.diagnostics.drop(reason, count);
    this.diagnostics.warn(kind, message);
  }
}
