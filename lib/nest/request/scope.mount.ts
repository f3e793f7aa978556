import { inScope } from '../../client/index.js';
import { type HttpRequest, type HttpResponse, rawRequest, rememberResponse } from './http-request.js';
import { visitsOf } from './request-visits.js';

/** A middleware: the whole request runs in the scope of its visits, also what neither guard nor interceptor sees. */
export function mountScope(request: HttpRequest, response: HttpResponse, next: () => void): void {
  rememberResponse(request, response);
  inScope(visitsOf(rawRequest(request)), next);
}
