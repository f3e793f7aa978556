import { type ExecutionContext, HttpException, HttpStatus, NotFoundException } from '@nestjs/common';
import { requestOf } from '../request/index.js';

/** Word for word what Nest answers for a route that does not exist: nobody can tell that there is one. In GraphQL NOT_FOUND. */
export function noSuchRoute(context: ExecutionContext): Error {
  if (context.getType<string>() === 'graphql') return new FieldNotFoundException();
  const request = requestOf(context);
  const raw = request?.raw ?? request;
  return new RouteNotFoundException(raw?.url ? `Cannot ${raw.method} ${raw.originalUrl ?? raw.url}` : undefined);
}

class RouteNotFoundException extends NotFoundException {
  // For an application with another copy of @nestjs/common, whose `instanceof` does not know this exception: it is an HTTP
  // error there by these properties, as those of the package http-errors are.
  readonly statusCode = HttpStatus.NOT_FOUND;
  readonly expose = true;
}

/** With a text as its body, so that Nest's GraphQL drivers leave `extensions` as they are. */
class FieldNotFoundException extends HttpException {
  readonly extensions = { code: 'NOT_FOUND' };

  constructor() {
    super('Not Found', HttpStatus.NOT_FOUND);
  }
}
