import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import http, { type RequestListener, type RequestOptions } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Transport } from '../../lib/transport/index.js';
import { VwoTransportError } from '../../lib/common/vwo.errors.js';
import { bodyOf, loopback, type Loopback, nobody } from './loopback.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';

const open: Loopback[] = [];
const serving = async (listener: RequestListener) => {
  const server = await loopback(listener);
  open.push(server);
  return server;
};
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

const failure = async (work: Promise<unknown>): Promise<VwoTransportError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VwoTransportError);
  return error as VwoTransportError;
};

/** A server that answers with the first bytes of a request, and reads on when it is asked for what came. */
async function hasty() {
  const connected: Socket[] = [];
  let bytes = 0;
  const server = createServer((socket) => {
    connected.push(socket);
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.on('error', () => undefined); // the client hangs up
    socket.once('data', () => socket.pause().write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: async () => {
      for (const socket of connected) await new Promise((resolve) => socket.on('close', resolve).resume());
      return bytes;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('Transport.get', () => {
  it('gives the JSON of an answer', async () => {
    const server = await serving((_request, response) => response.end('{"a":[1,"ü"]}'));
    await expect(new Transport().get(server.url, { timeout: 5_000 })).resolves.toEqual({ a: [1, 'ü'] });
  });

  it.each([204, 302, 400, 404, 500, 503])('fails on status %i and tells it', async (status) => {
    const server = await serving((_request, response) => response.writeHead(status).end());
    const error = await failure(new Transport().get(`${server.url}/x`, { timeout: 5_000 }));
    expect(error.status).toBe(status);
    expect(error.message).toContain(`GET ${server.url}/x answered ${status}`);
  });

  it('names the place of a failure and never what is in its query', async () => {
    const url = `${await nobody()}/server-side/v2-settings?i=secret-key&a=1`;
    const error = await failure(new Transport().get(url, { timeout: 5_000 }));
    expect(error.message).toMatch(
      /^GET http:\/\/127\.0\.0\.1:\d+\/server-side\/v2-settings failed: connect ECONNREFUSED/,
    );
    expect(`${error.message}${String(error.cause)}`).not.toContain('secret-key');
  });

  it('tells no password that stands in a URL', async () => {
    const error = await failure(new Transport().get('http://user:secret@127.0.0.1:1/x?i=key', { timeout: 5_000 }));
    expect(`${error.message}${String(error.cause)}${error.stack}`).not.toContain('secret');
  });

  it('tells nothing of a body that is not JSON', async () => {
    const server = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>secret-key');
    });
    const error = await failure(new Transport().get(server.url, { timeout: 5_000 }));
    expect(error.message).toContain('answered 200 with something that is not JSON (text/html, 16 bytes)');
    expect(error.stack).not.toContain('secret-key');
  });

  it('waits for an answer no longer than its deadline', async () => {
    const clock = new MovedClock();
    const server = await serving(() => undefined);
    const error = failure(new Transport({ clock }).get(server.url, { timeout: 5_000 }));
    await until(() => server.requests.length === 1);
    clock.move(4_999);
    clock.move(1);
    expect((await error).message).toContain('gave no answer within 5000 ms');
  });

  it('waits for the rest of an answer no longer either', async () => {
    const clock = new MovedClock();
    let begun = false;
    const server = await serving((_request, response) => {
      response.write('{"a":', () => (begun = true));
    });
    const error = failure(new Transport({ clock }).get(server.url, { timeout: 5_000 }));
    await until(() => begun);
    clock.move(5_000);
    expect((await error).message).toContain('gave no answer within 5000 ms');
  });

  it('fails when the connection is reset, before the answer and within it', async () => {
    const server = await serving((request, response) => {
      if (request.url === '/within') response.write('{"a":', () => request.socket.resetAndDestroy());
      else request.socket.resetAndDestroy();
    });
    expect((await failure(new Transport().get(`${server.url}/before`, { timeout: 5_000 }))).message).toContain(
      'failed',
    );
    expect((await failure(new Transport().get(`${server.url}/within`, { timeout: 5_000 }))).message).toContain(
      'failed',
    );
  });

  it('reads no more than the limit of an answer that does not end, and hangs up', async () => {
    let hungUp = false;
    const server = await serving((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more).on('close', () => (hungUp = true));
      more();
    });
    const error = await failure(new Transport({ maxAnswer: 1_000_000 }).get(server.url, { timeout: 60_000 }));
    expect(error.message).toContain('more than 1000000 bytes');
    await until(() => hungUp);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('reads an answer in %s, which it asks for', async (encoding, compressed) => {
    const server = await serving((request, response) => {
      const asked = request.headers['accept-encoding']?.split(', ').includes(encoding);
      response.writeHead(asked ? 200 : 406, { 'content-encoding': encoding }).end(compressed('{"a":[1,"ü"]}'));
    });
    await expect(new Transport().get(server.url, { timeout: 5_000 })).resolves.toEqual({ a: [1, 'ü'] });
  });

  it('fails on an answer that is not what it says, or breaks off within', async () => {
    const whole = gzipSync(JSON.stringify({ numbers: Array.from({ length: 20_000 }, (_, n) => n * 7_919) }));
    const server = await serving((request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': whole.length });
      if (request.url === '/plain') response.end(Buffer.alloc(whole.length, 'x'));
      else response.write(whole.subarray(0, whole.length / 2), () => request.socket.resetAndDestroy());
    });
    for (const path of ['/plain', '/broken']) {
      const error = await failure(new Transport().get(`${server.url}${path}`, { timeout: 60_000 }));
      expect(error.message).toContain(`GET ${server.url}${path} failed: `);
    }
  });

  it('counts an answer after decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
    expect(bomb.length).toBeLessThan(50_000);
    const server = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const error = await failure(new Transport({ maxAnswer: 1_000_000 }).get(server.url, { timeout: 60_000 }));
    expect(error.message).toContain('more than 1000000 bytes');
  });

  it('follows no redirect: nobody else gets to see the SDK key', async () => {
    const elsewhere = await serving((_request, response) => response.end('{}'));
    const server = await serving((_request, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/?i=secret` }).end();
    });
    expect((await failure(new Transport().get(`${server.url}/?i=secret`, { timeout: 5_000 }))).status).toBe(307);
    expect(elsewhere.requests).toEqual([]);
  });

  it('hangs up on an answer of which it does not read the rest', async () => {
    const server = await serving((_request, response) => response.writeHead(500).end('an error page'));
    server.server.keepAliveTimeout = 0; // it is not the server that ends the connection
    let connections = 0;
    server.server.on('connection', (socket) => {
      connections += 1;
      socket.on('close', () => (connections -= 1));
    });
    expect((await failure(new Transport().get(server.url, { timeout: 5_000 }))).status).toBe(500);
    await until(() => connections === 0);
  });

  it.each(['gzip', 'br', 'deflate'])('takes an empty answer for one, though it says to be %s', async (encoding) => {
    const server = await serving((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(),
    );
    const error = await failure(new Transport().get(server.url, { timeout: 5_000 }));
    expect(error.message).toContain('answered 200 with something that is not JSON (no content type, 0 bytes)');
  });

  it('meets what a test has put in the place of `http.request`', async () => {
    const { request } = http;
    const server = await serving((_request, response) => response.end('{"a":1}'));
    const asked: string[] = [];
    http.request = ((options: RequestOptions) => {
      asked.push(`${options.hostname}${options.path}`);
      return request(server.url, { method: options.method });
    }) as typeof request;
    try {
      await expect(new Transport().get('http://vwo.test/x', { timeout: 5_000 })).resolves.toEqual({ a: 1 });
    } finally {
      http.request = request;
    }
    expect(asked).toEqual(['vwo.test/x']);
  });

  it('leaves no timer behind, whether the call went well or not', async () => {
    const clock = new MovedClock();
    const transport = new Transport({ clock });
    const server = await serving((_request, response) => response.end('{}'));
    await transport.get(server.url, { timeout: 5_000 });
    await failure(transport.get(await nobody(), { timeout: 5_000 }));
    expect(clock.timers).toEqual([]);
  });
});

describe('Transport.post', () => {
  it('sends JSON with its headers, and gives the status whatever it is', async () => {
    const seen: unknown[] = [];
    const server = await serving(async (request, response) => {
      const { authorization, 'content-type': type, 'user-agent': agent } = request.headers;
      seen.push({ authorization, type, agent, body: await bodyOf(request) });
      response.writeHead(413).end('too large');
    });
    const headers = { authorization: 'key' };
    await expect(new Transport().post(server.url, '{"a":"ü"}', { timeout: 5_000, headers })).resolves.toEqual({
      status: 413,
      retryAfter: undefined,
    });
    expect(seen).toEqual([{ authorization: 'key', type: 'application/json', agent: 'nestjs-vwo', body: '{"a":"ü"}' }]);
  });

  it('sends bytes as they are', async () => {
    const bodies: string[] = [];
    const server = await serving(async (request, response) => {
      bodies.push(await bodyOf(request));
      response.end();
    });
    const bytes = Buffer.from(`..${JSON.stringify({ a: 'ü'.repeat(100_000) })}..`).subarray(2, -2);
    await expect(new Transport().post(server.url, bytes, { timeout: 5_000 })).resolves.toMatchObject({ status: 200 });
    expect(bodies).toEqual([bytes.toString()]);
  });

  it('gives up the header `Retry-After` as it came', async () => {
    const server = await serving((_request, response) => response.writeHead(429, { 'retry-after': '7' }).end());
    await expect(new Transport().post(server.url, '{}', { timeout: 5_000 })).resolves.toEqual({
      status: 429,
      retryAfter: '7',
    });
  });

  it('gives the status also where the body is not what it says', async () => {
    const server = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('ok');
    });
    await expect(new Transport().post(server.url, '{}', { timeout: 5_000 })).resolves.toMatchObject({ status: 200 });
  });

  it('sends no more of a body that was answered before it was read: it is not kept', async () => {
    const server = await hasty();
    const body = Buffer.alloc(50_000_000, ' ');
    await expect(new Transport().post(server.url, body, { timeout: 60_000 })).resolves.toMatchObject({ status: 200 });
    expect(await server.bytes()).toBeLessThan(body.length);
    await server.close();
  });

  it('uses its connections again', async () => {
    const server = await serving(
      (request, response) => void request.resume().on('end', () => response.end('{"ok":true}')),
    );
    let connections = 0;
    server.server.on('connection', () => (connections += 1));
    const transport = new Transport();
    for (let i = 0; i < 20; i++) await transport.post(server.url, '{}', { timeout: 5_000 });
    expect(connections).toBeLessThanOrEqual(2); // undici frees a connection a moment after its answer was read
  });
});

describe('Transport.reached', () => {
  it('tells whether anybody ever answered, whatever the answer was', async () => {
    const transport = new Transport();
    await failure(transport.get(await nobody(), { timeout: 5_000 }));
    expect(transport.reached).toBe(false);
    const server = await serving((_request, response) => response.writeHead(500).end());
    await failure(transport.get(server.url, { timeout: 5_000 }));
    expect(transport.reached).toBe(true);
  });
});

describe('a transport that is closed', () => {
  it('cuts off what is under way and refuses what comes', async () => {
    let hungUp = false;
    const server = await serving((request) => void request.socket.on('close', () => (hungUp = true)));
    const transport = new Transport();
    const error = failure(transport.get(server.url, { timeout: 60_000 }));
    await until(() => server.requests.length === 1);
    transport.close();
    expect((await error).message).toContain('the client closed');
    await until(() => hungUp);
    expect((await failure(transport.post(server.url, '{}', { timeout: 60_000 }))).message).toContain('is closed');
    expect(server.requests).toHaveLength(1);
  });

  it('lets a caller end his own call, and only that', async () => {
    const server = await serving((request, response) => {
      if (request.url === '/quick') response.end('{}');
    });
    const transport = new Transport();
    const caller = new AbortController();
    const error = failure(transport.get(server.url, { timeout: 60_000, signal: caller.signal }));
    await until(() => server.requests.length === 1);
    caller.abort();
    expect((await error).message).toContain('was cut off');
    expect((await failure(transport.get(server.url, { timeout: 60_000, signal: caller.signal }))).message).toContain(
      'not sent',
    );
    await expect(transport.get(`${server.url}/quick`, { timeout: 60_000 })).resolves.toEqual({});
  });
});
