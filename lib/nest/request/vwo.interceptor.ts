import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { currentScope, inScope } from '../../client/index.js';
import { OneInProcess } from '../../common/index.js';
import { moduleMissing } from '../module-missing.js';
import { AnswerSubscriber } from './answer-subscriber.js';
import { responseOf } from './http-request.js';
import { openVisits } from './open-visits.js';
import { type RequestVisits, visitsOf } from './request-visits.js';
import { VisitOpeners } from './visit-openers.js';
import type { VisitAsker } from './vwo-mount.js';
import { workOf } from './work.js';

/** Opens the visits of a request or message, runs the handler in them, and ends them when the handler's stream ends, fails or is unsubscribed. */
@OneInProcess('VwoInterceptor')
@Injectable()
export class VwoInterceptor implements NestInterceptor {
  @Optional() @Inject(VisitOpeners) private readonly openers?: VisitOpeners;
  /** Whose visits it opens. @internal */
  protected readonly asker: VisitAsker = 'handler';

  /** Not async: where the visit is open already, the handler waits for nothing. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const work = workOf(context);
    if (!work) return next.handle();
    if (!this.openers) throw moduleMissing('VwoInterceptor', 'overrideInterceptor(VwoInterceptor)');
    const openers = this.openers.of(context, this.asker);
    // In a job that asks this application itself, the job's visit must not be taken for this one's.
    if (openers.length === 0 && !currentScope()) return next.handle();
    const visits = visitsOf(work);
    const waiting = openVisits(openers, context, visits);
    return waiting ? waiting.then(() => handled(context, work, visits, next)) : handled(context, work, visits, next);
  }
}

/** The same, bound by `VwoModule`: a visit is opened for handlers that name its client, or for all where the module says so. */
@Injectable()
export class GlobalVwoInterceptor extends VwoInterceptor {
  protected override readonly asker = 'interceptor';
}

/** Subscribed, and not only called, in the scope: a stream (SSE) reads its flags when it emits. */
function handled(
  context: ExecutionContext,
  work: object,
  visits: RequestVisits,
  next: CallHandler,
): Observable<unknown> {
  return new Observable((subscriber) => {
    if (context.getType<string>() === 'graphql') visits.stayWith(responseOf(context)); // the fields below are resolved later
    visits.enter(work);
    subscriber.add(() => visits.leave());
    const answers = new AnswerSubscriber(subscriber, visits, context);
    inScope(visits, () => next.handle().subscribe(answers));
  });
}
