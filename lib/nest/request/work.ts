import type { ArgumentsHost } from '@nestjs/common';
import { type HttpRequest, isSubscription, rawRequest, requestOf } from './http-request.js';

/**
 * What guard and interceptor of one piece of work share: Node's own request; for a message, the array of its handler's
 * arguments; for a subscription its GraphQL context, as one socket may have many. Undefined where Nest calls something "http" or "graphql" that has no request.
 */
export function workOf(host: ArgumentsHost): object | undefined {
  if (isSubscription(host)) return host.getArgByIndex<object | undefined>(2);
  const request = requestOf(host);
  if (request) return rawRequest(request);
  return isMessage(host) ? host.getArgs() : undefined;
}

/** Neither HTTP nor GraphQL: a gateway's message (`ws`), a microservice's (`rpc`), or the name that a library gives to its own. */
export function isMessage(host: ArgumentsHost): boolean {
  const type = host.getType<string>();
  return type !== 'http' && type !== 'graphql';
}

/** The client of a gateway: socket.io's socket, or the WebSocket of ws with what the application has left on it. */
interface Socket {
  readonly user?: unknown;
  /** socket.io's place for what belongs to a socket. */
  readonly data?: { readonly user?: unknown };
  /** socket.io: the request of the handshake, with the user of middlewares such as Passport's. */
  readonly request?: HttpRequest;
}

const NO_SENDER: HttpRequest = Object.freeze({});

/** Who sends the work, as far as it shows: the request, or the handshake of a socket. What is in a message is the sender's word only. */
export function senderOf(host: ArgumentsHost): HttpRequest {
  const socket = socketOf<Socket>(host);
  if (!socket) return requestOf(host) ?? NO_SENDER;
  const { request } = socket;
  return {
    user: socket.user ?? socket.data?.user ?? request?.user,
    ...(request?.headers && { headers: request.headers }),
    ...(request?.socket && { socket: request.socket }),
  };
}

/**
 * The socket that a gateway's message came by, for the option `user`: `socketOf<Socket>(context)?.handshake.auth`, with
 * socket.io's `Socket`. Undefined for what is no gateway.
 */
export function socketOf<Its extends object>(host: ArgumentsHost): Its | undefined {
  return host.getType() === 'ws' ? host.getArgByIndex<Its | undefined>(0) : undefined;
}

/**
 * What a gateway's or a microservice's message says, for the option `user`: `messageOf<Order>(context)?.userId`. Undefined
 * for requests and jobs. The message is what its sender says about itself; a socket was known since its handshake.
 */
export function messageOf<Its>(host: ArgumentsHost): Its | undefined {
  switch (host.getType<string>()) {
    case 'ws':
      return host.getArgByIndex<Its | undefined>(1);
    case 'rpc':
      return host.getArgByIndex<Its | undefined>(0);
    default:
      return undefined;
  }
}
