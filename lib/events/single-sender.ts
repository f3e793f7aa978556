import { type Diagnostics, errorText } from '../common/index.js';
import { type EventAnswer, EventPoster, type EventPosterOptions } from './event-poster.js';
import type { EventSender, Sent } from './event-sender.js';
import type { QueuedEvent } from './queued-event.js';
import { DONE, SendingReport } from './sending-report.js';
import type { SingleFormat } from './wire-format.js';
import { queuedOf, type WrittenEvent, writtenEvents } from './written-event.js';

/** Requests under way at once. */
const MAX_CONCURRENT_POSTS = 10;

export interface SingleSenderOptions extends EventPosterOptions {
  diagnostics: Diagnostics;
}

/** Sends each event in a request of its own; those of one user one after the other, so that they arrive in their order. */
export class SingleSender<E> implements EventSender<E> {
  private readonly poster: EventPoster;
  private readonly report: SendingReport;

  constructor(
    private readonly options: SingleSenderOptions,
    private readonly format: SingleFormat<E>,
  ) {
    this.poster = new EventPoster(options);
    this.report = new SendingReport(options.diagnostics);
  }

  get reached(): boolean {
    return this.options.transport.reached;
  }

  send(events: readonly QueuedEvent<E>[], signal: AbortSignal): Promise<Sent<E>> {
    return this.sendWritten(writtenEvents(events, this.format, this.report), signal);
  }

  /** Stops at the first group of which VWO takes nothing: the others would fail too. */
  async sendWritten(written: readonly WrittenEvent<E>[], signal: AbortSignal): Promise<Sent<E>> {
    let rest = written;
    while (rest.length > 0) {
      const group = rest.slice(0, lengthOfGroup(rest));
      rest = rest.slice(group.length);
      const answers = await Promise.all(group.map((event) => this.post(event, signal)));
      const postponed = longestPause(answers.filter(({ verdict }) => verdict === 'later'));
      const refused = answers.every(isRefusal) ? answers[0] : undefined;
      const left = group.filter((_, i) => answers[i]?.verdict === 'later');
      group.forEach((event, i) => this.count(event, answers[i]));
      if (postponed) return this.report.postponed(queuedOf([...left, ...rest]), postponed);
      if (refused && rest.length > 0) return this.report.refused(rest.length, refused);
    }
    return DONE;
  }

  /** Never rejects. */
  async post({ queued, json }: WrittenEvent<E>, signal: AbortSignal): Promise<EventAnswer> {
    try {
      return await this.poster.post(this.format.single(queued), json, signal, 1);
    } catch (error) {
      return { verdict: 'malformed', reason: errorText(error) };
    }
  }

  /** Counts what became of one event; nothing where it is tried again. */
  count({ queued }: WrittenEvent<E>, answer: EventAnswer | undefined): void {
    if (!answer || answer.verdict === 'later') return;
    if (answer.verdict === 'accepted') this.report.accepted(1);
    else if (isRefusal(answer)) this.report.refused(1, answer);
    else this.report.oneRefused(this.format.nameOf(queued), answer);
  }
}

/** How many of the next events may be under way at once: no two of one user. */
function lengthOfGroup<E>(written: readonly WrittenEvent<E>[]): number {
  const users = new Set<string>();
  const next = written.slice(0, MAX_CONCURRENT_POSTS);
  const repeated = next.findIndex(({ queued }) => users.size === users.add(queued.user.id).size);
  return repeated === -1 ? next.length : repeated;
}

/** Of the answers that say "later", the one that asks for the longest pause. */
function longestPause(answers: readonly EventAnswer[]): EventAnswer | undefined {
  const pauseOf = (answer: EventAnswer): number => answer.retryAfter ?? 0;
  return answers.toSorted((a, b) => pauseOf(b) - pauseOf(a))[0];
}

/** Whether VWO refuses more than this one event. */
function isRefusal({ verdict }: EventAnswer): boolean {
  return verdict === 'refused' || verdict === 'no-route';
}
