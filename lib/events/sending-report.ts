import type { Diagnostics, VwoDropReason } from '../common/index.js';
import type { EventAnswer } from './event-poster.js';
import type { Sent } from './event-sender.js';
import type { QueuedEvent } from './queued-event.js';

export const DONE: Sent<never> = { left: [] };

/** Counts what became of events, and logs what is lost. */
export class SendingReport {
  constructor(private readonly diagnostics: Diagnostics) {}

  accepted(count: number): Sent<never> {
    this.diagnostics.count('eventsSent', count);
    this.diagnostics.recovered('events-refused', 'VWO accepts events again.');
    return DONE;
  }

  /** They are tried again. */
  postponed<E>(left: readonly QueuedEvent<E>[], { reason, retryAfter }: EventAnswer): Sent<E> {
    this.diagnostics.count('eventBatchFailures');
    this.diagnostics.count('eventsRetried', left.length);
    return { left, reason, retryAfter };
  }

  /** VWO takes no events of this account, or not from this host. */
  refused(count: number, answer: EventAnswer): Sent<never> {
    this.diagnostics.count('eventBatchFailures');
    return this.givenUp(
      'refused',
      count,
      'events-refused',
      `VWO refused events with ${answer.status}: ${cureOf(answer)}`,
    );
  }

  /** This one event cannot be sent, or VWO does not accept it. */
  oneRefused(name: string, { verdict, reason }: EventAnswer): Sent<never> {
    if (verdict === 'too-large') {
      return this.givenUp('too-large', 1, 'event-too-large', `An event (${name}) is too large for VWO.`);
    }
    this.diagnostics.count('eventBatchFailures');
    return this.givenUp('malformed', 1, 'event-malformed', `An event (${name}) is refused: ${reason}.`);
  }

  notJson(name: string, reason: string): void {
    this.givenUp('not-json', 1, 'event-not-json', `An event (${name}) cannot be written as JSON: ${reason}.`);
  }

  private givenUp(reason: VwoDropReason, count: number, kind: string, message: string): Sent<never> {
    this.diagnostics.drop(reason, count);
    this.diagnostics.warn(kind, `${message} Dropped: ${count}.`);
    return DONE;
  }
}

function cureOf({ verdict, status }: EventAnswer): string {
  if (verdict === 'no-route') return 'this host does not take them: is `eventsUrl` (or `baseUrl`) right?';
  if (status === 401 || status === 403) return 'are `accountId` and `sdkKey` those of one environment?';
  return 'it will not accept them at another time either.';
}
