import type { ExecutionContext } from '@nestjs/common';
import { inScope, type VisitScope } from '../../client/index.js';
import { type HttpResponse, isSubscription, responseOf } from './http-request.js';
import type { RequestVisits } from './request-visits.js';

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
  if (!Object.isExtensible(stream)) return answer;
  visits.stayWith(responseOf(context));
  if (typeof stream._read !== 'function') return stream === answer ? (iteratedInScope(stream, visits) as T) : answer;
  bind(stream, ['_read'], visits);
  return answer;
}

/** Where nobody sees what a handler gives back: a stream that is sent as the answer reads its flags in the request's visits. */
export function readPipedInScope(response: HttpResponse | undefined, visits: RequestVisits): void {
  response?.on?.('pipe', (stream) => {
    if (Object.isExtensible(stream)) bind(stream as Methods, ['_read'], visits);
  });
}

/** Undefined also for an object that throws when it is looked at: what becomes of such an answer is Nest's to say. */
function streamOf(answer: object): Methods | undefined {
  try {
    const { getStream } = answer as Methods;
    if (typeof getStream === 'function') return getStream.call(answer) as Methods; // a StreamableFile, of any copy of Nest
    return Symbol.asyncIterator in answer ? (answer as Methods) : undefined;
  } catch {
    return undefined;
  }
}

/** The same object with an iterator that reads in the scope. Not changed in place: several requests may answer with it. */
function iteratedInScope(iterable: Methods, scope: VisitScope): Methods {
  return new Proxy(iterable, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === Symbol.asyncIterator) return () => boundIterator(value.call(target) as Methods, scope);
      return Object.hasOwn(target, name) ? value : (value.bind(target) as unknown); // private members are the object's own
    },
  });
}

function boundIterator(iterator: Methods, scope: VisitScope): Methods {
  bind(iterator, ['next', 'return', 'throw'], scope);
  return iterator;
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
