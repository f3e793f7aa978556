import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import http from 'node:http'; // as a whole: what a test puts in the place of `http.request` is met
import https from 'node:https';
import type { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { CutOff } from './cut-off.js';
import type { HttpAnswer, HttpCall, HttpClient } from './http-client.js';

/** An empty body is one too, as for `fetch`, whatever its headers say; whether it is whole, its length says. */
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

const gunzip = (): Readable & NodeJS.WritableStream => createGunzip(ZLIB);
const DECODERS = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: () => createInflate(ZLIB),
  br: () => createBrotliDecompress(BROTLI),
};

/** By `node:http` and the process's own agents, which keep connections: a third of what `fetch` costs. See docs/decisions.md. */
export function nodeHttp(): HttpClient {
  let known: { readonly url: string; readonly place: RequestOptions } | undefined; // batch after batch goes to the same
  return ({ method, url, headers, body }, cutOff) => {
    if (known?.url !== url) known = { url, place: urlToHttpOptions(new URL(url)) };
    const options = { ...known.place, method, headers: { ...headers, ...ACCEPTED[method] } };
    return answered(url.startsWith('https:') ? https.request(options) : http.request(options), body, cutOff);
  };
}

function answered(sent: ClientRequest, body: HttpCall['body'], cutOff: CutOff): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    sent.on('response', (response) => resolve(answerOf(sent, (answer = response))));
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

function answerOf(sent: ClientRequest, response: IncomingMessage): HttpAnswer {
  return {
    status: response.statusCode ?? 0,
    header: (name) => response.headers[name]?.toString(),
    read: (take) =>
      new Promise((resolve, reject) => {
        const body = sent.method === 'GET' ? decoded(response, reject) : response;
        body.on('error', reject).on('end', () => {
          if (!sent.writableFinished) sent.destroy(); // answered before it was read: it would hold its connection, and its body
          resolve();
        });
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
