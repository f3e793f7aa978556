import type { ArgumentsHost } from '@nestjs/common';
import { currentScope, type Visit, type VisitScope, type VwoClient } from '../../client/index.js';
import { Attached, OneInProcess, oneInProcess } from '../../common/index.js';
import type { HttpResponse } from './http-request.js';
import { isSameMessage, rememberMessage, visitsOfMessage } from './message-visits.js';
import type { OpenedVisit } from './opened-visit.js';
import { isMessage, workOf } from './work.js';

/** By `workOf`, so that guard, interceptor, parameters and filters of one request meet the same visits. */
const known = oneInProcess('visits', () => new Attached<RequestVisits>());

const NONE: readonly never[] = [];

/** The visits of one request or message: one of each client at most. */
@OneInProcess('RequestVisits')
export class RequestVisits implements VisitScope {
  /**
   * Nearly always the only one. Not in a list: V8 may put lists that live long at the start of the process among the old objects,
   * and what such a list leads to (a whole visit) is then kept until the old objects are collected.
   */
  private first: OpenedVisit | undefined = undefined;
  private others: OpenedVisit[] | undefined = undefined;
  private holders = 0;
  private awaitsClose = false;
  private stays = false;
  private isOver = false;
  /** The request while it is worked on, and no longer: timers and sockets that it starts keep its scope. */
  private work: object | undefined = undefined;

  visitOf(client: VwoClient): Visit | undefined {
    return this.openedBy(client)?.visit;
  }

  visitNamed(name: string | undefined): Visit | undefined {
    return this.openedNamed(name)?.visit;
  }

  openedBy(client: VwoClient): OpenedVisit | undefined {
    if (this.first?.client === client) return this.first;
    return this.others?.find((opened) => opened.client === client);
  }

  /** The last of that name: one application may hand a request on to another one in the same process. */
  openedNamed(name: string | undefined): OpenedVisit | undefined {
    const later = this.others?.findLast((opened) => opened.name === name);
    return later ?? (this.first?.name === name ? this.first : undefined);
  }

  add(opened: OpenedVisit): void {
    if (!this.first) this.first = opened;
    else (this.others ??= []).push(opened);
  }

  /** Whether these are the visits of that request or message, as far as it can be told without a look-up. */
  isOf(work: object): boolean {
    return this.work === work || (this.work !== undefined && isSameMessage(this.work, work));
  }

  /** Whether the user of some visit is known. */
  get isSomebodys(): boolean {
    return this.first?.visit?.user !== undefined || (this.others?.some(({ visit }) => visit?.user) ?? false);
  }

  /** Whether no handler's stream is open: it was over, or a gate has been asked and none has begun. */
  get isAtRest(): boolean {
    return this.holders === 0 && (this.isOver || this.awaitsClose);
  }

  /** The request begins, wherever that is seen: its visits end with the response. */
  beginRequest(work: object, response: HttpResponse | undefined): void {
    if (!this.isOver) this.work = work;
    this.endWith(response);
  }

  /** A handler's stream begins. Each has its own: two interceptors on one handler, many GraphQL fields in one request. */
  enter(work: object): void {
    this.work = work;
    this.holders += 1;
  }

  /** A handler's stream is over; the visits end with the last of them. */
  leave(): void {
    this.holders -= 1;
    if (this.holders === 0) this.end();
  }

  /** What an answer waits for: records that are saved before it. Undefined: nothing. */
  savedFirst(): Promise<unknown> | undefined {
    const first = this.first?.savedFirst();
    if (!this.others) return first;
    const all = [first, ...this.others.map((opened) => opened.savedFirst())].filter((saving) => saving !== undefined);
    return all.length === 0 ? undefined : Promise.all(all);
  }

  /** The visits stay open until the response is over: what the handler gave back is read until then. */
  stayWith(response: HttpResponse | undefined): void {
    if (this.stays || !response?.once || response.closed) return;
    this.stays = true;
    this.holders += 1;
    response.once('close', () => this.leave());
  }

  /** The visits stay open until the function that this gives is called. */
  hold(): () => void {
    this.holders += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.leave();
      isHeld = false;
    };
  }

  /**
   * The visits end with the response at the latest: a guard or filter may stop the request before any handler's stream begins.
   * Without a response (a message) they end soon, unless that stream has begun by then.
   */
  endWith(response: HttpResponse | undefined): void {
    if (this.awaitsClose) return;
    this.awaitsClose = true;
    if (response?.closed) return this.end();
    if (response?.once) response.once('close', () => this.end());
    else setImmediate(() => this.endUnlessEntered());
  }

  private endUnlessEntered(): void {
    if (this.holders === 0) this.end();
  }

  private end(): void {
    this.work = undefined;
    this.isOver = true;
    this.first?.end();
    for (const opened of this.others ?? NONE) opened.end();
  }
}

/** The visits of this work (see `workOf`); none are open yet where nobody has asked for one. */
export function visitsOf(work: object): RequestVisits {
  const found = known.get(work);
  if (found) return found;
  const visits = new RequestVisits();
  known.set(work, visits);
  rememberMessage(work, visits);
  return visits;
}

/**
 * Where the flags of a handler or filter are found: in the visits of its request or message; where there are none, in the
 * work that it is part of. Undefined where there is neither.
 */
export function scopeAt(host: ArgumentsHost): VisitScope | undefined {
  const current = currentScope();
  const work = workOf(host);
  if (!work) return current;
  if (current instanceof RequestVisits && current.isOf(work)) return current;
  const visits = known.get(work);
  if (visits || !isMessage(host)) return visits;
  return visitsOfMessage(work) ?? current;
}
