import type { HttpRequest } from './http-request.js';
import { visitsOf } from './request-visits.js';
import { inScope } from './visit-scope.js';

/** A middleware: the whole request runs in the scope of its visits, also what neither guard nor interceptor sees. */
export function mountScope(request: HttpRequest, _response: unknown, next: () => void): void {
  inScope(visitsOf(request), next);
}
