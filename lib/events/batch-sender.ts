import type { Diagnostics } from '../common/index.js';
import { BatchBody } from './batch-body.js';
import { type EventAnswer, EventPoster, type EventPosterOptions } from './event-poster.js';
import type { EventSender, Sent } from './event-sender.js';
import type { QueuedEvent } from './queued-event.js';
import { DONE, SendingReport } from './sending-report.js';
import { SingleSender } from './single-sender.js';
import type { SingleFormat, WireFormat } from './wire-format.js';
import { jsonOf, writtenEvents } from './written-event.js';

/** Requests that may be spent on finding what VWO refuses in one batch. */
const MAX_SEARCH_POSTS = 64;

export interface BatchSenderOptions extends EventPosterOptions {
  diagnostics: Diagnostics;
}

/** Searching one batch for what VWO refuses. */
interface Search {
  posts: number;
  /** Events in the largest part of the batch that VWO took. */
  accepted: number;
}

/**
 * Sends events in batches. A batch that VWO refuses for its size or its content goes in halves, until what is refused is one
 * event. A host that takes no batches but single events (VWO's gateway) gets single events from then on.
 */
export class BatchSender<E> implements EventSender<E> {
  private readonly poster: EventPoster;
  private readonly report: SendingReport;
  private readonly singles: SingleSender<E> | undefined;
  private readonly body = new BatchBody();
  /** The host has shown that it takes no batches. */
  private isOneByOne = false;
  /** A whole search found nothing that VWO accepts: until it accepts something, no further search is worth its requests. */
  private isHopeless = false;

  constructor(
    private readonly options: BatchSenderOptions,
    private readonly format: WireFormat<E>,
  ) {
    this.poster = new EventPoster(options);
    this.report = new SendingReport(options.diagnostics);
    this.singles = hasSingle(format) ? new SingleSender(options, format) : undefined;
  }

  get reached(): boolean {
    return this.options.transport.reached;
  }

  send(events: readonly QueuedEvent<E>[], signal: AbortSignal): Promise<Sent<E>> {
    if (this.isOneByOne && this.singles) return this.singles.send(events, signal);
    return this.searched(events, signal, { posts: MAX_SEARCH_POSTS, accepted: 0 });
  }

  private async searched(events: readonly QueuedEvent<E>[], signal: AbortSignal, search: Search): Promise<Sent<E>> {
    const sent = await this.sendPart(events, signal, search);
    return search.posts < MAX_SEARCH_POSTS ? { ...sent, fitting: search.accepted } : sent;
  }

  private async sendPart(part: readonly QueuedEvent<E>[], signal: AbortSignal, search: Search): Promise<Sent<E>> {
    const batch = this.write(part);
    if (batch.length === 0) return DONE;
    const answer = await this.poster.post(this.format.request(batch), this.body.end(), signal, batch.length);
    if (answer.verdict !== 'accepted') this.body.leave();
    switch (answer.verdict) {
      case 'accepted':
        search.accepted = Math.max(search.accepted, batch.length);
        this.isHopeless = false;
        return this.report.accepted(batch.length);
      case 'later':
        return this.report.postponed(batch, answer);
      case 'too-large':
      case 'malformed':
        return this.inHalves(batch, signal, search, answer);
      case 'no-route':
        return this.oneByOne(batch, signal, answer);
      case 'refused':
        return this.report.refused(batch.length, answer);
    }
  }

  /** Writes the body; the answer is the events that are in it. */
  private write(events: readonly QueuedEvent<E>[]): readonly QueuedEvent<E>[] {
    this.body.begin();
    return events.filter((queued) => {
      const json = jsonOf(queued, this.format, this.report);
      if (json !== undefined) this.body.add(json);
      return json !== undefined;
    });
  }

  private async inHalves(
    batch: readonly QueuedEvent<E>[],
    signal: AbortSignal,
    search: Search,
    answer: EventAnswer,
  ): Promise<Sent<E>> {
    const [only] = batch;
    if (batch.length === 1 && only) return this.report.oneRefused(this.format.nameOf(only), answer);
    if (!this.maySearch(search, answer)) return this.report.refused(batch.length, answer);
    const middle = Math.ceil(batch.length / 2);
    const first = await this.sendPart(batch.slice(0, middle), signal, search);
    const rest = batch.slice(middle);
    if (first.left.length > 0) return { ...first, left: [...first.left, ...rest] };
    return this.sendPart(rest, signal, search);
  }

  /** Events that are only too large together may take any number of requests, as long as parts of them are accepted. */
  private maySearch(search: Search, { verdict }: EventAnswer): boolean {
    search.posts -= 2;
    const isSpent = search.posts < 0;
    if (isSpent && search.accepted === 0) this.isHopeless = true;
    return !this.isHopeless && (!isSpent || verdict === 'too-large');
  }

  /** Whether the host takes single events shows when it answers to one. VWO's own hosts take batches: there a 404 is a refusal. */
  private async oneByOne(batch: readonly QueuedEvent<E>[], signal: AbortSignal, answer: EventAnswer): Promise<Sent<E>> {
    const { singles } = this;
    const [first, ...rest] = singles ? writtenEvents(batch, this.format, this.report) : [];
    if (!singles || !first || this.options.hosts.isOwnEventsHost) return this.report.refused(batch.length, answer);
    const single = await singles.post(first, signal);
    if (single.verdict === 'no-route') return this.report.refused(batch.length, single);
    if (single.verdict === 'later') return this.report.postponed(batch, single);
    singles.count(first, single);
    this.isOneByOne = true;
    this.options.diagnostics.info("The events' host takes no batches: events are sent to it one by one.");
    return singles.sendWritten(rest, signal);
  }
}

function hasSingle<E>(format: WireFormat<E>): format is WireFormat<E> & SingleFormat<E> {
  return format.single !== undefined;
}
