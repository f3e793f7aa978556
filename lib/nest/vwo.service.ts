import { type ArgumentsHost, type ExecutionContext, Injectable } from '@nestjs/common';
import { type Visit, type VwoAttributes, VwoClient } from '../client/index.js';
import { Diagnostics, type VwoCounters } from '../common/index.js';
import type { JsonObject, StoredDecisions, VwoFlag, UserId, VwoUserContext } from '../model/index.js';
import { currentVisit, inVisit } from './request/visit-scope.js';
import { nobodysVisit } from './request/nobodys-visit.js';
import { visitAt } from './request/request-visit.js';
import { VisitOpener } from './request/visit-opener.js';
import { VwoOutsideVisitError } from '../common/index.js';

/** What an application injects: one for all requests; "the current visit" is that of the request it is called in. */
@Injectable()
export class VwoService {
  constructor(
    private readonly client: VwoClient,
    private readonly opener: VisitOpener,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** The flag, for the user of the current visit. Throws `VwoOutsideVisitError` outside one. */
  flag(key: string): VwoFlag {
    const visit = currentVisit();
    if (!visit) throw new VwoOutsideVisitError(`Flag "${key}" was read`);
    return visit.flag(key);
  }

  /** Whether the flag is on for the user of the current visit. Throws `VwoOutsideVisitError` outside one. */
  isEnabled(key: string): boolean {
    return this.flag(key).isEnabled();
  }

  /** A variable of the flag, or the default when this user has none. Throws `VwoOutsideVisitError` outside a visit. */
  variable<T>(key: string, variable: string, defaultValue: T): T {
    return this.flag(key).getVariable(variable, defaultValue);
  }

  /**
   * Does a job for a user outside any request (a queue, a script, a message handler), or inside one for somebody else.
   * Settles with what `work` gives, after its decisions were saved.
   *
   * ```ts
   * await this.vwo.run({ id: job.userId }, () => this.mailer.send(job)); // reads flags anywhere below
   * ```
   *
   * @param keys the flags that are read, with `preload: 'declared'`
   */
  async run<T>(
    user: VwoUserContext<UserId> | undefined,
    work: (visit: Visit) => T | Promise<T>,
    keys?: readonly string[],
  ): Promise<T> {
    const visit = await this.client.visit(user, keys);
    try {
      return await inVisit(visit, () => work(visit));
    } finally {
      await visit.end();
    }
  }

  /** Opens a visit that is not the current one for anybody. Whoever opened it calls `end()`. */
  visit(user: VwoUserContext<UserId> | undefined, keys?: readonly string[]): Promise<Visit> {
    return this.client.visit(user, keys);
  }

  /**
   * For a guard of yours, which runs before the visit is there: opens it, or gives the one that is open.
   * Whoever opens first decides who the user is, so let it run after the guard that authenticates.
   */
  async open(context: ExecutionContext): Promise<Visit> {
    return (await this.opener.openInGuard(context)) ?? nobodysVisit;
  }

  /**
   * For an exception filter, which runs outside the current visit: the visit of this request. Never throws;
   * where the request failed before a visit was opened (an unknown route, an earlier guard), every flag is off.
   */
  of(host: ArgumentsHost): Visit {
    return visitAt(host) ?? currentVisit() ?? nobodysVisit;
  }

  /**
   * Queues a custom event, of the current visit's user or of the one given. False (and one warning) when there is
   * no user or the settings do not know the event. Throws `VwoOutsideVisitError` outside a visit, unless a user is given.
   */
  track(eventName: string, properties?: JsonObject): boolean;
  track(user: VwoUserContext<UserId>, eventName: string, properties?: JsonObject): boolean;
  track(first: string | VwoUserContext<UserId>, second?: string | JsonObject, third?: JsonObject): boolean {
    if (typeof first !== 'string') return this.client.track(first, second as string, third);
    const visit = currentVisit();
    if (!visit) throw new VwoOutsideVisitError(`Event "${first}" was tracked`);
    return visit.track(first, second as JsonObject | undefined);
  }

  /** Queues attributes, of the current visit's user or of the one given; otherwise as `track`. */
  setAttribute(attributes: VwoAttributes): boolean;
  setAttribute(user: VwoUserContext<UserId>, attributes: VwoAttributes): boolean;
  setAttribute(first: VwoUserContext<UserId> | VwoAttributes, second?: VwoAttributes): boolean {
    if (second) return this.client.setAttribute(first as VwoUserContext<UserId>, second);
    const visit = currentVisit();
    if (!visit) throw new VwoOutsideVisitError('Attributes were set');
    return visit.setAttribute(first as VwoAttributes);
  }

  /** Full Stack's name for `setAttribute`: queues tags, of the current visit's user or of the one given. */
  push(tags: VwoAttributes): boolean;
  push(user: VwoUserContext<UserId>, tags: VwoAttributes): boolean;
  push(first: VwoUserContext<UserId> | VwoAttributes, second?: VwoAttributes): boolean {
    return second
      ? this.setAttribute(first as VwoUserContext<UserId>, second)
      : this.setAttribute(first as VwoAttributes);
  }

  /** Everything that is stored for a user. Rejects when the storage does. */
  storedDecisions(userId: string): Promise<StoredDecisions> {
    return this.client.storedDecisions(userId);
  }

  /** Deletes everything that is stored for a user. Rejects when the storage does. */
  forget(userId: string): Promise<void> {
    return this.client.forget(userId);
  }

  /** Fetches the settings now. True when they changed; rejects when they could not be fetched (the last good stay). */
  refresh(): Promise<boolean> {
    return this.client.refresh();
  }

  /** Sends the queued events now. True when the queue is empty afterwards. */
  flush(): Promise<boolean> {
    return this.client.flush();
  }

  /** What was counted since the start: the client's counts, and the failures of the option `user`. */
  counters(): Readonly<VwoCounters> {
    const counted = this.client.counters();
    return { ...counted, userFailures: counted.userFailures + this.diagnostics.counters.userFailures };
  }
}
