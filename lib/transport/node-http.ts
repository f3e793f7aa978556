import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HttpAnswer, HttpCall, HttpClient } from './http-client.js';

const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };

/** By `node:http` and the process's own agents, which keep connections: a third of what `fetch` costs. See docs/decisions.md. */
export const byNodeHttp: HttpClient = ({ method, url, headers, body }, signal) =>
  new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const sent = request(url, { method, headers: { ...headers, ...ACCEPTED[method] } });
    let answered: IncomingMessage | undefined;
    sent.on('response', (response) => resolve(answerOf((answered = response))));
    sent.on('error', reject);
    signal.addEventListener('abort', () => (answered ?? sent).destroy(signal.reason as Error));
    sent.end(body);
  });

/** Nothing is read of the answer to a POST but its status. */
const ACCEPTED: Readonly<Record<HttpCall['method'], Readonly<Record<string, string>>>> = {
  GET: { 'accept-encoding': 'gzip, deflate, br' },
  POST: {},
};

function answerOf(response: IncomingMessage): HttpAnswer {
  return {
    status: response.statusCode ?? 0,
    header: (name) => response.headers[name]?.toString(),
    read: (take) =>
      new Promise((resolve, reject) => {
        const body = decoded(response, reject);
        body.on('error', reject).on('end', resolve);
        body.on('data', (chunk: Uint8Array) => {
          try {
            take(chunk);
          } catch (error) {
            response.destroy();
            body.destroy();
            reject(error as Error);
          }
        });
      }),
  };
}

/** @param failed told where the answer itself breaks off */
function decoded(response: IncomingMessage, failed: (error: Error) => void): Readable {
  const decoder = DECODERS[response.headers['content-encoding']?.toLowerCase() as keyof typeof DECODERS];
  return decoder ? response.on('error', failed).pipe(decoder()) : response;
}
