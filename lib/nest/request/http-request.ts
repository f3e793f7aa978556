import type { ArgumentsHost } from '@nestjs/common';

/** What the library looks at in a request: Node's own, Express' or Fastify's. */
export interface HttpRequest {
  /** Fastify keeps Node's request here. */
  readonly raw?: HttpRequest;
  /** The answer: Express has it on the request. */
  readonly res?: HttpResponse;
  /** Set by whoever authenticates. */
  readonly user?: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Express and Fastify know it, proxies considered; Node does not. */
  readonly ip?: string;
  readonly socket?: { readonly remoteAddress?: string };
  readonly method?: string;
  readonly url?: string;
  /** graphql-ws: the request of the handshake. */
  readonly extra?: { readonly request?: HttpRequest };
  /** The URL before Express took a router's prefix away. */
  readonly originalUrl?: string;
}

/** Node's response, or the part of it that tells when it is over. */
export interface HttpResponse {
  /** Fastify keeps Node's response here. */
  readonly raw?: HttpResponse;
  /** True when it is over, sent or not. */
  readonly closed?: boolean;
  once?(event: 'close', listener: () => void): unknown;
  /** A stream that is sent as the answer begins to be read. */
  on?(event: 'pipe', listener: (stream: object) => void): unknown;
}

interface OperationInfo {
  readonly operation?: { readonly operation?: string };
}

/** What a GraphQL server calls `context`. */
interface GraphqlContext extends HttpRequest {
  readonly req?: HttpRequest;
  readonly request?: HttpRequest;
  /** Mercurius has Fastify's reply, and the request on it. */
  readonly reply?: HttpResponse & { readonly request?: HttpRequest };
}

/**
 * The request behind a handler, of Express or Fastify, also behind a GraphQL resolver, for the option `user`:
 * `requestOf<Request>(context)?.headers`. Undefined for what is no request: messages, jobs.
 */
export function requestOf<Its extends object = HttpRequest>(host: ArgumentsHost): Its | undefined {
  return httpRequestOf(host) as Its | undefined;
}

function httpRequestOf(host: ArgumentsHost): HttpRequest | undefined {
  switch (host.getType<string>()) {
    case 'http':
      return something(host.getArgByIndex<HttpRequest | undefined>(0));
    case 'graphql': {
      const context = something(host.getArgByIndex<GraphqlContext | undefined>(2));
      const request = context?.req ?? context?.request ?? context?.reply?.request ?? context;
      return request?.extra?.request ?? request;
    }
    default:
      return undefined;
  }
}

/** Whether a GraphQL subscription is worked on: by a socket, for as long as its client listens. */
export function isSubscription(host: ArgumentsHost): boolean {
  if (host.getType<string>() !== 'graphql') return false;
  return host.getArgByIndex<OperationInfo | undefined>(3)?.operation?.operation === 'subscription';
}

/** The response to the request behind a handler, Node's own; undefined where there is none to be had. */
export function responseOf(host: ArgumentsHost): HttpResponse | undefined {
  return rawResponse(nestsResponse(host));
}

function nestsResponse(host: ArgumentsHost): HttpResponse | undefined {
  switch (host.getType<string>()) {
    case 'http':
      return something(host.getArgByIndex<HttpResponse | undefined>(1));
    case 'graphql':
      return isSubscription(host) ? undefined : graphqlResponse(host);
    default:
      return undefined;
  }
}

/** Node's own response. */
export function rawResponse(response: HttpResponse | undefined): HttpResponse | undefined {
  return response?.raw ?? response;
}

/** Node's own request: the same object for guards, interceptors, parameters and filters of one request. */
export function rawRequest(request: HttpRequest): HttpRequest {
  return request.raw ?? request;
}

/** By Node's own request: the context of Apollo on Fastify has no response, nor has Fastify's request. */
const responses = new WeakMap<HttpRequest, HttpResponse>();

/** Remembers the response to a request of Node's that does not lead to it. */
export function rememberResponse(request: HttpRequest, response: HttpResponse): void {
  if (!request.res) responses.set(request, response);
}

function graphqlResponse(host: ArgumentsHost): HttpResponse | undefined {
  const context = something(host.getArgByIndex<GraphqlContext | undefined>(2));
  const known = context?.res ?? context?.req?.res ?? context?.reply;
  if (known) return known;
  const request = requestOf(host);
  return request && responses.get(rawRequest(request));
}

/** Handlers that some library calls "http" may have anything as their first argument. */
function something<T extends object>(value: T | undefined): T | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}
