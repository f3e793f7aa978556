import type { ArgumentsHost, ExecutionContext, Type } from '@nestjs/common';
import type { Handler, HandlerClass } from '../handler/index.js';

/** What `getType()` of the context says for a method with `@WithVisit()`. */
const TYPE = 'work';

/** What the option `user` gets for a method with `@WithVisit()`, in the shape in which Nest tells of requests and messages. */
export class WorkContext implements ExecutionContext {
  constructor(
    private readonly args: unknown[],
    private readonly handlerClass: HandlerClass,
    private readonly handler: Handler,
  ) {}

  getType<T extends string>(): T {
    return TYPE as T;
  }

  getClass<T>(): Type<T> {
    return this.handlerClass as Type<T>;
  }

  getHandler(): Handler {
    return this.handler;
  }

  getArgs<T extends unknown[]>(): T {
    return this.args as T;
  }

  getArgByIndex<T>(index: number): T {
    return this.args[index] as T;
  }

  switchToRpc(): ReturnType<ExecutionContext['switchToRpc']> {
    return { getData: <T>() => this.args[0] as T, getContext: <T>() => this.args[1] as T };
  }

  switchToHttp(): ReturnType<ExecutionContext['switchToHttp']> {
    return {
      getRequest: <T>() => this.args[0] as T,
      getResponse: <T>() => this.args[1] as T,
      getNext: <T>() => this.args[2] as T,
    };
  }

  switchToWs(): ReturnType<ExecutionContext['switchToWs']> {
    return {
      getClient: <T>() => this.args[0] as T,
      getData: <T>() => this.args[1] as T,
      getPattern: () => this.handler.name,
    };
  }
}

/**
 * The first argument of a method with `@WithVisit()`, for the option `user`: `jobOf<Job<Order>>(context)?.data.userId`.
 * Undefined for requests and messages.
 */
export function jobOf<Job>(host: ArgumentsHost): Job | undefined {
  return host.getType<string>() === TYPE ? host.getArgByIndex<Job | undefined>(0) : undefined;
}
