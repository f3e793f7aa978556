import type { ExecutionContext } from '@nestjs/common';
import { type HttpResponse, isSubscription, responseOf } from './http-request.js';
import type { RequestVisits } from './request-visits.js';
import { inScope, type VisitScope } from './visit-scope.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Methods = Partial<Record<PropertyKey, Method>>;

/**
 * The answer of a handler, for Nest. One that is read after the handler has returned (a `StreamableFile`, a stream, an
 * async generator) reads its flags in the request's visits, too, and they end with the response; those of a GraphQL
 * subscription with its stream.
 */
export function readInScope<T>(answer: T, visits: RequestVisits, context: ExecutionContext): T {
  const stream = typeof answer === 'object' && answer !== null ? streamOf(answer) : undefined;
  if (!stream || !Object.isExtensible(stream)) return answer;
  if (isSubscription(context)) bindIterators(stream, visits, visits.hold());
  else bindStream(stream, visits, responseOf(context));
  return answer;
}

function streamOf(answer: object): Methods | undefined {
  const { getStream } = answer as Methods;
  if (typeof getStream === 'function') return getStream.call(answer) as Methods; // a StreamableFile, of any copy of Nest
  return Symbol.asyncIterator in answer ? (answer as Methods) : undefined;
}

function bindStream(stream: Methods, visits: RequestVisits, response: HttpResponse | undefined): void {
  visits.stayWith(response);
  if (typeof stream._read === 'function') bind(stream, ['_read'], visits);
  else bindIterators(stream, visits);
}

/** @param over called when nothing will be read any more */
function bindIterators(iterable: Methods, scope: VisitScope, over?: () => void): void {
  const iterate = iterable[Symbol.asyncIterator];
  if (typeof iterate !== 'function') return;
  iterable[Symbol.asyncIterator] = function (): unknown {
    const iterator = iterate.call(this) as Methods;
    bind(iterator, ['next', 'return', 'throw'], scope);
    if (over) tellEnd(iterator, over);
    return iterator;
  };
}

/** An iterator is over when it says so, fails, or nobody wants more of it. */
function tellEnd(iterator: Methods, over: () => void): void {
  const { next, return: end } = iterator;
  iterator.next = async function (...args): Promise<unknown> {
    try {
      const result = (await next?.apply(this, args)) as IteratorResult<unknown>;
      if (result.done) over();
      return result;
    } catch (error) {
      over();
      throw error;
    }
  };
  iterator.return = async function (...args): Promise<unknown> {
    over();
    return end ? end.apply(this, args) : { done: true, value: undefined };
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
