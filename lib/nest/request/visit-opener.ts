import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import type { Visit, VwoClient } from '../../client/index.js';
import { isPromise, OneInProcess } from '../../common/index.js';
import type { VwoUserContext } from '../../model/index.js';
import { flagsOn } from '../handler/index.js';
import { responseOf } from './http-request.js';
import { nobodysVisit } from './nobodys-visit.js';
import { OpenedVisit } from './opened-visit.js';
import { type RequestVisits, scopeAt, visitsOf } from './request-visits.js';
import type { UserResolver } from './user-resolver.js';
import { workOf } from './work.js';

/** Opens the visits of one client, one per request or message, whoever asks first. Injected: an application makes none. */
@OneInProcess('VisitOpener')
export class VisitOpener {
  /** @internal */
  constructor(
    readonly client: VwoClient,
    private readonly users: UserResolver,
    /** Of the module, when it has one. */
    readonly name?: string,
  ) {}

  /** Whether the module has the option `user`. @internal */
  get asksOption(): boolean {
    return this.users.asksOption;
  }

  /**
   * The visit of this request or message, opened unless it is open.
   * @param keys the flags that its handler declares
   * @internal
   */
  open(context: ExecutionContext, visits: RequestVisits, keys: readonly string[]): OpenedVisit {
    const found = visits.openedBy(this.client);
    if (found) return found;
    const opened = new OpenedVisit(this.client, this.name, keys, this.visit(context, keys));
    visits.add(opened);
    return opened;
  }

  /**
   * For guards, which run before the visit is there. What a guard stops reaches no handler, so the visit ends with the
   * response at the latest. Undefined where there is no visit to be had: with `@SkipFlags()`.
   */
  async openInGuard(context: ExecutionContext): Promise<Visit | undefined> {
    const flags = flagsOn(context);
    const work = flags.skipped ? undefined : workOf(context);
    if (!work) return undefined;
    const visits = visitsOf(work);
    const keys = flags.keysOf(this.name);
    const opened = this.open(context, visits, keys);
    const waiting = opened.ready(keys);
    if (waiting) await waiting;
    visits.endWith(responseOf(context));
    return opened.visit;
  }

  /** The visit that was opened for this request or message or, where there was none, the current one. Never throws: nobody's, where there is none. */
  find(host: ArgumentsHost): Visit {
    return scopeAt(host)?.visitOf(this.client) ?? nobodysVisit;
  }

  /** For whom some work is that is neither a request nor a message: the option `user` says it. Never rejects. @internal */
  async userAt(context: ExecutionContext): Promise<VwoUserContext | undefined> {
    return this.users.resolve(context);
  }

  /** A promise only where the option `user` gives one, or the client has to wait. */
  private visit(context: ExecutionContext, keys: readonly string[]): Visit | Promise<Visit> {
    const user = this.users.resolve(context);
    if (isPromise(user)) return user.then((found) => this.client.openVisit(found, keys));
    return this.client.openVisit(user, keys);
  }
}
