import { type ClientRequest, type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { CutOff } from './cut-off.js';
import type { HttpAnswer, HttpCall, HttpClient } from './http-client.js';

const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };

/** By `node:http` and the process's own agents, which keep connections: a third of what `fetch` costs. See docs/decisions.md. */
export function nodeHttp(): HttpClient {
  let known: { readonly url: string; readonly place: RequestOptions } | undefined; // batch after batch goes to the same
  return ({ method, url, headers, body }, cutOff) => {
    if (known?.url !== url) known = { url, place: urlToHttpOptions(new URL(url)) };
    const options = { ...known.place, method, headers: { ...headers, ...ACCEPTED[method] } };
    return answered(url.startsWith('https:') ? requestHttps(options) : requestHttp(options), body, cutOff);
  };
}

function answered(sent: ClientRequest, body: HttpCall['body'], cutOff: CutOff): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    sent.on('response', (response) => resolve(answerOf((answer = response))));
    sent.on('error', reject);
    cutOff.onCut((why) => (answer ?? sent).destroy(why));
    sent.end(body);
  });
}

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
