import type { Type } from '@nestjs/common';
import { VwoOptionsError } from '../../common/index.js';
import type { Handler, HandlerClass } from '../handler/index.js';
import { WorkContext } from '../request/index.js';

/** What the option `user` gets with `mount: 'middleware'`: a request of which nobody knows yet what handles it. */
export class RequestContext extends WorkContext {
  constructor(request: object, response: object, next: unknown) {
    super([request, response, next], Object as unknown as HandlerClass, next as Handler);
  }

  override getType<T extends string>(): T {
    return 'http' as T;
  }

  override getClass<T>(): Type<T> {
    throw unknownYet('getClass()');
  }

  override getHandler(): Handler {
    throw unknownYet('getHandler()');
  }
}

function unknownYet(method: string): Error {
  return new VwoOptionsError(
    `${method} is not known yet: with \`mount: 'middleware'\` the option \`user\` is asked before Nest has chosen a handler. ` +
      "Look at the request only, or mount VwoModule as 'guard' or 'interceptor'",
  );
}
