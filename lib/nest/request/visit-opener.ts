import { type ExecutionContext, Injectable } from '@nestjs/common';
import { type Visit, VwoClient } from '../../client/index.js';
import { flagsOn } from './handler-flags.js';
import { type HttpRequest, requestOf, responseOf } from './http-request.js';
import { type RequestVisit, visitOfRequest } from './request-visit.js';
import { UserResolver } from './user-resolver.js';

/** A request becomes a visit, once, whoever asks first. */
@Injectable()
export class VisitOpener {
  constructor(
    private readonly client: VwoClient,
    private readonly users: UserResolver,
  ) {}

  /** Undefined where there is no visit to be had: `@SkipFlags()`, gateways, message handlers. */
  open(context: ExecutionContext): RequestVisit | undefined {
    const { skipped, keys } = flagsOn(context);
    const request = skipped ? undefined : requestOf(context);
    return request && visitOfRequest(request, () => this.visit(context, request, keys));
  }

  /** For guards: what one of them stops reaches no handler's stream, so the visit ends with the response at the latest. */
  async openInGuard(context: ExecutionContext): Promise<Visit | undefined> {
    const opened = this.open(context);
    if (!opened) return undefined;
    const visit = await opened.opening;
    opened.endWith(responseOf(context));
    return visit;
  }

  /** Not async: that would cost every request two more promises. */
  private visit(context: ExecutionContext, request: HttpRequest, keys: readonly string[]): Promise<Visit> {
    const user = this.users.resolve(context, request);
    if (user instanceof Promise) return user.then((found) => this.client.visit(found, keys));
    return this.client.visit(user, keys);
  }
}
