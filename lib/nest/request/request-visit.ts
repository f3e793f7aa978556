import type { ArgumentsHost } from '@nestjs/common';
import type { Visit } from '../../client/index.js';
import { type HttpRequest, type HttpResponse, rawRequest, requestOf } from './http-request.js';

/** By Node's own request, so that guard, interceptor, parameters and filters of one request meet the same visit. */
const visits = new WeakMap<HttpRequest, RequestVisit>();

/** The visit of one request, from the moment somebody asks for it. */
export class RequestVisit {
  /** Settles when the visit is open; never rejects. */
  readonly opening: Promise<Visit>;
  /** Undefined until then. */
  visit: Visit | undefined;
  private holders = 0;
  private ended = false;
  private awaitsClose = false;

  constructor(open: () => Promise<Visit>) {
    this.opening = open().then((visit) => (this.visit = visit));
  }

  /** A handler's stream begins. Each has its own: two interceptors on one handler, many GraphQL fields in one request. */
  enter(): void {
    this.holders += 1;
  }

  /** A handler's stream is over; the visit ends with the last of them. */
  leave(): void {
    this.holders -= 1;
    if (this.holders === 0) this.end();
  }

  /** Ends with the response, for requests that a guard or filter stops before any handler's stream begins. */
  endWith(response: HttpResponse | undefined): void {
    if (this.awaitsClose) return;
    this.awaitsClose = true;
    if (!response?.once || response.closed) return this.end();
    response.once('close', () => this.end());
  }

  private end(): void {
    if (this.ended || !this.visit) return;
    this.ended = true;
    void this.visit.end(); // never rejects; what is read later is saved all the same
  }
}

/** The visit of this request, opened by `open` unless somebody has done so before. */
export function visitOfRequest(request: HttpRequest, open: () => Promise<Visit>): RequestVisit {
  const raw = rawRequest(request);
  const known = visits.get(raw);
  if (known) return known;
  const opened = new RequestVisit(open);
  visits.set(raw, opened);
  return opened;
}

/** The visit that was opened for this request; undefined when there is none, or not yet. */
export function visitAt(host: ArgumentsHost): Visit | undefined {
  const request = requestOf(host);
  return request && visits.get(rawRequest(request))?.visit;
}
