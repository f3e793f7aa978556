import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { OneInProcess } from '../../common/index.js';
import { moduleMissing } from '../module-missing.js';
import { flagsOn } from '../handler/index.js';
import { responseOf } from './http-request.js';
import { readInScope } from './read-in-scope.js';
import { type RequestVisits, visitsOf } from './request-visits.js';
import type { VisitOpener } from './visit-opener.js';
import { VisitOpeners } from './visit-openers.js';
import { currentScope, inScope } from './visit-scope.js';
import { workOf } from './work.js';

/** Opens the visits of a request or message, runs the handler in them, and ends them when the handler's stream ends, fails or is unsubscribed. */
@OneInProcess('VwoInterceptor')
@Injectable()
export class VwoInterceptor implements NestInterceptor {
  @Optional() @Inject(VisitOpeners) private readonly openers?: VisitOpeners;
  /** Whether it is bound to every handler by `VwoModule`. @internal */
  protected readonly isGlobal: boolean = false;

  /** Not async: where the visit is open already, the handler waits for nothing. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const work = workOf(context);
    if (!work) return next.handle();
    if (!this.openers) throw moduleMissing('VwoInterceptor', 'overrideInterceptor(VwoInterceptor)');
    const openers = this.openers.of(context, this.isGlobal);
    // In a job that asks this application itself, the job's visit must not be taken for this one's.
    if (openers.length === 0 && !currentScope()) return next.handle();
    const waiting = opened(openers, context, work);
    return waiting ? waiting.then(() => handled(context, work, next)) : handled(context, work, next);
  }
}

/** The same, bound by `VwoModule`: a visit is opened for handlers that name its client, or for all where the module says so. */
@Injectable()
export class GlobalVwoInterceptor extends VwoInterceptor {
  protected override readonly isGlobal = true;
}

/** Undefined when all visits are open. */
function opened(
  openers: readonly VisitOpener[],
  context: ExecutionContext,
  work: object,
): Promise<unknown> | undefined {
  const [first, ...others] = openers;
  const waiting = first && ready(first, context, work);
  if (others.length === 0) return waiting;
  return Promise.all([waiting, ...others.map((opener) => ready(opener, context, work))]);
}

function ready(opener: VisitOpener, context: ExecutionContext, work: object): Promise<unknown> | undefined {
  return opener.open(context, work).ready(flagsOn(context).keysOf(opener.name));
}

/**
 * Subscribed, and not only called, in the scope: a stream (SSE) reads its flags when it emits. It fails there, too, wherever it
 * was broken: the filters of messages run then.
 */
function handled(context: ExecutionContext, work: object, next: CallHandler): Observable<unknown> {
  const visits = visitsOf(work);
  return new Observable((subscriber) => {
    subscriber.add(entered(visits, context, work));
    return inScope(visits, () =>
      next.handle().subscribe({
        next: (value) => subscriber.next(readInScope(value, visits, context)),
        error: (error: unknown) => inScope(visits, () => subscriber.error(error)),
        complete: () => subscriber.complete(),
      }),
    );
  });
}

/** What to call when the handler's stream is over. */
function entered(visits: RequestVisits, context: ExecutionContext, work: object): () => void {
  const response = context.getType<string>() === 'graphql' ? responseOf(context) : undefined;
  // The fields below are resolved when the stream of this one is over.
  visits.stayWith(response);
  visits.enter(work);
  return () => visits.leave();
}
