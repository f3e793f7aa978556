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
  if (!stream) return answer;
  if (isSubscription(context)) return heardInScope(stream as unknown as AsyncIterable<unknown>, visits) as T;
  if (Object.isExtensible(stream)) bindStream(stream, visits, responseOf(context));
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

function bindIterators(iterable: Methods, scope: VisitScope): void {
  const iterate = iterable[Symbol.asyncIterator];
  if (typeof iterate !== 'function') return;
  iterable[Symbol.asyncIterator] = function (): unknown {
    const iterator = iterate.call(this) as Methods;
    bind(iterator, ['next', 'return', 'throw'], scope);
    return iterator;
  };
}

/**
 * The stream of a subscription, over when it says so, fails, or nobody wants more of it. An object of its own: what the handler
 * gives back may be given to several subscriptions, and NestJS reads it with and without asking for its iterator.
 */
function heardInScope(stream: AsyncIterable<unknown>, visits: RequestVisits): AsyncIterableIterator<unknown> {
  const over = visits.hold();
  let iterator: AsyncIterator<unknown> | undefined;
  const step = async (take: (its: AsyncIterator<unknown>) => Promise<IteratorResult<unknown>>) => {
    try {
      const result = await inScope(visits, () => take((iterator ??= stream[Symbol.asyncIterator]())));
      if (result.done) over();
      return result;
    } catch (error) {
      over();
      throw error;
    }
  };
  return {
    next: () => step((its) => its.next()),
    return: (value) => {
      over(); // what it still waits for may never come
      return step((its) => its.return?.(value) ?? Promise.resolve({ done: true, value }));
    },
    throw: (error) => step((its) => its.throw?.(error) ?? Promise.reject(error as Error)),
    [Symbol.asyncIterator]() {
      return this;
    },
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
