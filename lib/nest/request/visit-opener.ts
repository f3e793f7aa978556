import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import type { Visit, VwoClient } from '../../client/index.js';
import { isPromise, OneInProcess } from '../../common/index.js';
import { flagsOn } from '../handler/index.js';
import { type HttpRequest, requestOf, responseOf } from './http-request.js';
import { nobodysVisit } from './nobodys-visit.js';
import { OpenedVisit } from './opened-visit.js';
import { scopeAt, visitsOf } from './request-visits.js';
import type { UserResolver } from './user-resolver.js';

/** Opens the visits of one client, one per request, whoever asks first. Injected: an application makes none. */
@OneInProcess('VisitOpener')
export class VisitOpener {
  /** @internal */
  constructor(
    readonly client: VwoClient,
    private readonly users: UserResolver,
    /** Of the module, when it has one. */
    readonly name?: string,
  ) {}

  /** The visit of this request, opened unless it is open, for the flags that this handler declares. @internal */
  open(context: ExecutionContext, request: HttpRequest): OpenedVisit {
    const visits = visitsOf(request);
    const found = visits.openedBy(this.client);
    if (found) return found;
    const keys = flagsOn(context).keysOf(this.name);
    const opened = new OpenedVisit(this.client, this.name, keys, () => this.visit(context, request, keys));
    visits.add(opened);
    return opened;
  }

  /**
   * For guards, which run before the visit is there. What a guard stops reaches no handler, so the visit ends with the
   * response at the latest. Undefined where there is no visit to be had: `@SkipFlags()`, gateways, message handlers.
   */
  async openInGuard(context: ExecutionContext): Promise<Visit | undefined> {
    const flags = flagsOn(context);
    const request = flags.skipped ? undefined : requestOf(context);
    if (!request) return undefined;
    const opened = this.open(context, request);
    const waiting = opened.ready(flags.keysOf(this.name));
    if (waiting) await waiting;
    visitsOf(request).endWith(responseOf(context));
    return opened.visit;
  }

  /** The visit that was opened for this request or, without a request, the current one. Never throws: nobody's, where there is none. */
  find(host: ArgumentsHost): Visit {
    return scopeAt(host)?.visitOf(this.client) ?? nobodysVisit;
  }

  /** Not async: that would cost every request two more promises. */
  private visit(context: ExecutionContext, request: HttpRequest, keys: readonly string[]): Promise<Visit> {
    const user = this.users.resolve(context, request);
    if (isPromise(user)) return user.then((found) => this.client.visit(found, keys));
    return this.client.visit(user, keys);
  }
}
