import type { ExecutionContext } from '@nestjs/common';
import { responseOf } from './http-request.js';
import type { RequestVisits } from './request-visits.js';
import { inScope, type VisitScope } from './visit-scope.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Methods = Partial<Record<PropertyKey, Method>>;

/**
 * The answer of a handler, for Nest. One that is read after the handler has returned (a `StreamableFile`, a stream, an
 * async generator) reads its flags in the request's visits, too, and they end with the response.
 */
export function readInScope<T>(answer: T, visits: RequestVisits, context: ExecutionContext): T {
  const stream = typeof answer === 'object' && answer !== null ? streamOf(answer) : undefined;
  if (!stream || !Object.isExtensible(stream)) return answer;
  visits.stayWith(responseOf(context));
  if (typeof stream._read === 'function') bind(stream, ['_read'], visits);
  else bindIterators(stream, visits);
  return answer;
}

function streamOf(answer: object): Methods | undefined {
  const { getStream } = answer as Methods;
  if (typeof getStream === 'function') return getStream.call(answer) as Methods; // a StreamableFile, of any copy of Nest
  return Symbol.asyncIterator in answer ? (answer as Methods) : undefined;
}

function bindIterators(iterable: Methods, scope: VisitScope): void {
  const iterate = iterable[Symbol.asyncIterator];
  if (typeof iterate !== 'function') return;
  iterable[Symbol.asyncIterator] = function (): unknown {
    const iterator = iterate.call(this) as Methods;
    bind(iterator, ['next', 'return', 'throw'], scope);
    return iterator;
  };
}

/** Makes these methods run in the scope. */
function bind(target: Methods, names: readonly string[], scope: VisitScope): void {
  for (const name of names) {
    const method = target[name];
    if (typeof method !== 'function') continue;
    target[name] = function (...args): unknown {
      return inScope(scope, () => method.apply(this, args));
    };
  }
}
