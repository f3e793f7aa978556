import { createServer as createHttpServer, request, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';

/** A CA of nobody's, and at the same time the certificate of 127.0.0.1 that it has signed: from 2020 to 2120. Its key protects nothing. */
export const OWN_CA = `-----BEGIN CERTIFICATE-----
MIIBZjCCAQugAwIBAgIBATAKBggqhkjOPQQDAjATMREwDwYDVQQDDAhsb29wYmFj
azAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowEzERMA8GA1UEAwwI
bG9vcGJhY2swWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQgEBfsp39sp84W1GpQ
ax4nWnsssGYSBVzF9hqTrLl49Pbz9gHmwYrT5ef4HrMSQu1lu+9TeD5f8nHM0FyY
ZqZOo04wTDAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwDwYDVR0TAQH/BAUw
AwEB/zAdBgNVHQ4EFgQUptzFp4og/8qOjWwQxEOETXxI+ZkwCgYIKoZIzj0EAwID
SQAwRgIhAKO5lAcbVrgvD4gWl7w3bOvbTXrh0SYPM7JBuclQQ8QhAiEArI8IwSG/
MUW5Q09R0VM3SwSUkueUq2ryBafx1QRqzn4=
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgt0sOrjDmKSaFfGbu
iHvrQruKe1tEjYzu5qDdUSNwguGhRANCAAQgEBfsp39sp84W1GpQax4nWnsssGYS
BVzF9hqTrLl49Pbz9gHmwYrT5ef4HrMSQu1lu+9TeD5f8nHM0FyYZqZO
-----END PRIVATE KEY-----
`;

export interface Proxy {
  readonly url: string;
  /** Whom it was asked to connect to: `host:port`. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** An HTTP proxy that opens tunnels (`CONNECT`), as they stand between an office and the world. */
export async function startProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, socket, head) => {
    asked.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const there = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy()).on('close', () => there.destroy());
  });
  return { asked, ...(await listening(server, 'http')) };
}

/** An HTTPS server with the certificate above, in front of one that speaks HTTP. */
export function startTlsFront(url: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const handOn: RequestListener = (incoming, outgoing) => {
    const { method = 'GET', headers, url: path = '/' } = incoming;
    const onward = request(url + path, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward.on('error', () => outgoing.destroy()));
  };
  return listening(createHttpsServer({ cert: OWN_CA, key: KEY }, handOn), 'https');
}

async function listening(server: Server, scheme: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => void sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
