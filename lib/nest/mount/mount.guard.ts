import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { currentScope, enterScope } from '../../client/index.js';
import { openVisits, readPipedInScope, responseOf, VisitOpeners, visitsOf, workOf } from '../request/index.js';
import { warnOfLaterLogin } from './later-login.js';

/**
 * Bound by `VwoModule` with `mount: 'guard'`: opens the visits of a request or message before any guard of its controller. They end
 * with the response, those of a message soon: what is decided later is saved and sent all the same.
 */
@Injectable()
export class VwoMountGuard implements CanActivate {
  constructor(@Inject(VisitOpeners) private readonly openers: VisitOpeners) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const work = workOf(context);
    if (!work) return true;
    const openers = this.openers.of(context, 'guard');
    // In a job that asks this application itself, the job's visit must not be taken for this one's.
    if (openers.length === 0 && !currentScope()) return true;
    const visits = visitsOf(work);
    if (currentScope() !== visits) enterScope(visits); // a message, which no middleware sees
    const response = responseOf(context);
    const waiting = openVisits(openers, context, visits);
    visits.beginRequest(work, response);
    readPipedInScope(response, visits);
    const letIn = (): boolean => {
      if (!visits.isSomebodys) warnOfLaterLogin(context, response);
      return true;
    };
    return waiting ? waiting.then(letIn) : letIn();
  }
}
