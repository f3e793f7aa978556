import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { inVisit } from './visit-scope.js';
import { VisitOpener } from './visit-opener.js';

/** Opens the request's visit, runs the handler in it, and ends it when the handler's stream ends, fails or is unsubscribed. */
@Injectable()
export class VwoInterceptor implements NestInterceptor {
  constructor(private readonly opener: VisitOpener) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const opened = this.opener.open(context);
    if (!opened) return next.handle();
    const visit = opened.visit ?? (await opened.opening);
    // Subscribed, and not only called, in the visit: a stream (SSE) reads its flags when it emits.
    return new Observable((subscriber) => {
      opened.enter();
      subscriber.add(() => opened.leave());
      return inVisit(visit, () => next.handle().subscribe(subscriber));
    });
  }
}
