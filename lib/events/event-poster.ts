import { channels, type Clock, errorText, systemClock, type VwoAccount } from '../common/index.js';
import type { Transport, VwoHosts } from '../transport/index.js';
import { retryAfterOf } from './retry-after.js';
import type { EventRequest } from './wire-format.js';

/** How long VWO may take to accept a request, in ms. */
const TIMEOUT = 10_000;

/** Of these a header `Retry-After` is taken at its word. */
const ASKS_TO_WAIT = new Set([429, 503]);

export interface EventPosterOptions {
  account: VwoAccount;
  /** @default the machine's */
  clock?: Clock | undefined;
  transport: Transport;
  hosts: VwoHosts;
  /** Of the current settings. */
  collectionPrefix?: (() => string | undefined) | undefined;
  /** How long one POST may take, in ms. @default 10,000 */
  timeout?: number | undefined;
}

/**
 * What VWO's answer means for the events: `later`, they are tried again; `too-large` and `malformed`, some of them may be
 * accepted without the others; `no-route`, the host does not know the path; `refused`, they are not accepted at another time either.
 */
export type Verdict = 'accepted' | 'later' | 'too-large' | 'malformed' | 'no-route' | 'refused';

export interface EventAnswer {
  readonly verdict: Verdict;
  /** The HTTP status; undefined where there was no answer. */
  readonly status?: number;
  /** For messages: `VWO answered 503`, or why there was no answer. */
  readonly reason: string;
  /** How long VWO asks to be left alone, in ms; undefined where it does not. */
  readonly retryAfter?: number | undefined;
}

/** Posts events, and reads VWO's answer. */
export class EventPoster {
  /** Batch after batch is the same request. */
  private known:
    { readonly request: EventRequest; readonly prefix: string | undefined; readonly url: string } | undefined;

  constructor(private readonly options: EventPosterOptions) {}

  /**
   * Never rejects.
   * @param events how many are in it
   */
  post(request: EventRequest, json: string | Uint8Array, signal: AbortSignal, events: number): Promise<EventAnswer> {
    const asked = (): Promise<EventAnswer> => this.answer(request, json, signal);
    return channels.eventsPosts.hasSubscribers ? this.told(asked, events) : asked();
  }

  private async told(ask: () => Promise<EventAnswer>, events: number): Promise<EventAnswer> {
    const { account, clock = systemClock } = this.options;
    const began = clock.monotonic();
    const answer = await ask();
    const { verdict, status } = answer;
    const outcome = verdict === 'accepted' || verdict === 'later' ? verdict : 'refused';
    channels.eventsPosts.publish({ account, events, duration: clock.monotonic() - began, outcome, status });
    return answer;
  }

  private urlOf(request: EventRequest): string {
    const { hosts, collectionPrefix } = this.options;
    const prefix = collectionPrefix?.();
    if (this.known?.request !== request || this.known.prefix !== prefix) {
      this.known = { request, prefix, url: hosts.eventsUrl(request.path, request.query, prefix) };
    }
    return this.known.url;
  }

  private async answer(request: EventRequest, json: string | Uint8Array, signal: AbortSignal): Promise<EventAnswer> {
    const { transport, timeout = TIMEOUT, clock = systemClock } = this.options;
    const { headers } = request;
    try {
      const { status, retryAfter } = await transport.post(this.urlOf(request), json, { timeout, signal, headers });
      const pause = ASKS_TO_WAIT.has(status) ? retryAfterOf(retryAfter, clock.now()) : undefined;
      return { verdict: verdictOf(status), status, reason: `VWO answered ${status}`, retryAfter: pause };
    } catch (error) {
      return { verdict: 'later', reason: errorText(error) };
    }
  }
}

/** Success is exactly 200. A refusal stays one; what is no refusal may be different in a moment. */
function verdictOf(status: number): Verdict {
  if (status === 200) return 'accepted';
  if (status < 400 || status >= 500 || status === 408 || status === 429) return 'later';
  if (status === 413) return 'too-large';
  if (status === 400 || status === 422) return 'malformed';
  return status === 404 || status === 405 ? 'no-route' : 'refused';
}
