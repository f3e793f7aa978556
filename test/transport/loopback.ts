import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VwoLogger } from '../../lib/common/diagnostics.js';

/** An HTTP server on loopback that does what a test wants. */
export interface Loopback {
  readonly url: string;
  readonly server: Server;
  /** What came in, as far as it was heard: `GET /path?query`. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function loopback(listener: RequestListener): Promise<Loopback> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A URL on which nobody listens. */
export async function nobody(): Promise<string> {
  const server = await loopback((_request, response) => response.end());
  await server.close();
  return server.url;
}

/** A logger that remembers: `warn: …`. */
export function listener(): VwoLogger & { readonly lines: string[] } {
  const lines: string[] = [];
  const say = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  return { lines, error: say('error'), warn: say('warn'), log: say('log') };
}
