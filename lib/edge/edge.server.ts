import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import type { EdgeFaults } from './edge.faults.js';
import { type EdgeAnswer, type EdgeRequest, type EdgeRoute, refusal } from './edge.route.js';

const PAGE = '<!doctype html><title>Service unavailable</title><p>Please sign in to the network.';

/** The HTTP of a `VwoEdge`: listens on loopback, finds the route, lets faults happen. */
export class EdgeServer {
  private readonly server: Server;
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined = undefined;

  /** @param onRequest called for every request that has come in whole, with its status, or without when it gets none yet; then again with it */
  constructor(
    private readonly routes: readonly EdgeRoute[],
    private readonly faults: EdgeFaults,
    private readonly onRequest: (request: EdgeRequest, status?: number) => void,
  ) {
    this.server = createServer((incoming, response) => {
      // The caller went away while he was answered, or the edge was closed: nobody is left to be told.
      this.serve(incoming, response).catch(() => response.destroy());
    });
    // An idle connection that the server closes just as the client writes to it would be a reset that no test asked for.
    this.server.keepAliveTimeout = 0;
  }

  /** Rejects with Node's own error when the port is taken. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Ends every connection, the silent ones too. */
  close(): Promise<void> {
    return (this.closed ??= new Promise((resolve) => {
      this.closing.abort();
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    }));
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await received(incoming);
    const route = this.routes.find(({ method, path }) => method === request.method && path === request.path);
    if (!route)
      return this.answer(request, response, refusal(404, `${request.method} ${request.path} is not a route of VWO's`));
    const fault = this.faults.take(route.part);
    switch (fault?.kind) {
      case undefined:
        return this.answer(request, response, route.answer(request));
      case 'slow':
        this.onRequest(request);
        await later(fault.ms, undefined, { signal: this.closing.signal });
        return this.answer(request, response, route.answer(request));
      case 'status':
        return this.answer(request, response, refusal(fault.status, 'A fault that the test asked for'));
      case 'garbage':
        return this.answer(request, response, { status: 200, body: PAGE }, 'text/html; charset=utf-8');
      case 'reset':
        this.onRequest(request);
        incoming.socket.resetAndDestroy();
        return;
      case 'silence':
        this.onRequest(request);
        return;
    }
  }

  private answer(request: EdgeRequest, response: ServerResponse, answer: EdgeAnswer, type = 'application/json'): void {
    this.onRequest(request, answer.status);
    const body =
      typeof answer.body === 'string' && type !== 'application/json' ? answer.body : JSON.stringify(answer.body);
    response.writeHead(answer.status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}

async function received(incoming: IncomingMessage): Promise<EdgeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = urlOf(incoming.url ?? '/');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
    at: Date.now(),
  };
}

/** What begins with `//` is a path here, and no host; what is no path at all (`CONNECT`, `OPTIONS *`) is the root. */
function urlOf(target: string): URL {
  return new URL(`http://edge${target.startsWith('/') ? target : '/'}`);
}
