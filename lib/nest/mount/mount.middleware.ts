import { inScope } from '../../client/index.js';
import {
  allOf,
  type HttpRequest,
  type HttpResponse,
  rawRequest,
  rawResponse,
  readPipedInScope,
  type VisitOpener,
  type VisitOpeners,
  visitsOf,
} from '../request/index.js';
import { RequestContext } from './request.context.js';

type Next = (error?: Error) => void;

/** A middleware of Express, or a hook of Fastify. */
export type Middleware = (request: HttpRequest, response: HttpResponse, next: Next) => void;

/**
 * What every request runs through, by the mounts of all modules; undefined where none asks for it. Guards that wait lose what a
 * guard after them enters (async context frames): so the scope of the visits is entered here, and filled when they open.
 */
export function middlewareOf(openers: VisitOpeners): Middleware | undefined {
  const early = openers.mountedAs('middleware');
  if (early.length > 0) return visitsInMiddleware(early);
  return openers.mountedAs('guard').length > 0 ? enterVisits : undefined;
}

/** Opens nothing: a guard does. */
function enterVisits(request: HttpRequest, _response: HttpResponse, next: Next): void {
  inScope(visitsOf(rawRequest(request)), next);
}

function visitsInMiddleware(openers: readonly VisitOpener[]): Middleware {
  return (request, response, next) => {
    const work = rawRequest(request);
    const visits = visitsOf(work);
    const sent = rawResponse(response);
    const context = new RequestContext(request, response, next);
    const waiting = allOf(openers.map((opener) => opener.open(context, visits, NO_KEYS).ready(NO_KEYS)));
    visits.beginRequest(work, sent);
    readPipedInScope(sent, visits);
    if (!waiting) return inScope(visits, next);
    waiting.then(
      () => inScope(visits, next),
      (error: Error) => next(error), // only a client of the application's own fails
    );
  };
}

const NO_KEYS: readonly string[] = [];
