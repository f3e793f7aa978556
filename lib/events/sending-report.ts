import type { Diagnostics } from '../common/index.js';
import type { EventAnswer } from './event-poster.js';
import type { Sent } from './event-sender.js';
import type { QueuedEvent } from './queued-event.js';

export const DONE: Sent<never> = { left: [] };

/** Counts what became of events, and says what is lost. */
export class SendingReport {
  constructor(private readonly diagnostics: Diagnostics) {}

  accepted(count: number): Sent<never> {
    this.diagnostics.count('eventsSent', count);
    this.diagnostics.recovered('events-refused', 'VWO accepts events again.');
    return DONE;
  }

  /** They are tried again. */
  postponed<E>(left: readonly QueuedEvent<E>[], { said }: EventAnswer): Sent<E> {
    this.diagnostics.count('eventBatchFailures');
    return { left, reason: /^\d+$/.test(said) ? `VWO answered ${said}` : said };
  }

  /** VWO takes no events of this account, or not from this host. */
  refused(count: number, { verdict, said }: EventAnswer): Sent<never> {
    const cure =
      verdict === 'no-route'
        ? 'this host does not take them: is `eventsUrl` (or `baseUrl`) right?'
        : said === '401' || said === '403'
          ? 'are `accountId` and `sdkKey` those of one environment?'
          : 'it will not accept them at another time either.';
    this.diagnostics.count('eventBatchFailures');
    return this.givenUp(count, 'events-refused', `VWO refused events with ${said}: ${cure}`);
  }

  /** VWO does not accept this one event. */
  oneRefused(name: string, { verdict, said }: EventAnswer): Sent<never> {
    if (verdict === 'too-large') return this.givenUp(1, 'event-too-large', `An event (${name}) is too large for VWO.`);
    this.diagnostics.count('eventBatchFailures');
    return this.givenUp(1, 'event-malformed', `VWO refused an event (${name}) with ${said}.`);
  }

  notJson(name: string, reason: string): void {
    this.givenUp(1, 'event-not-json', `An event (${name}) cannot be written as JSON: ${reason}.`);
  }

  private givenUp(count: number, kind: string, message: string): Sent<never> {
    this.diagnostics.count('eventsDropped', count);
    this.diagnostics.warn(kind, `${message} Dropped: ${count}.`);
    return DONE;
  }
}
