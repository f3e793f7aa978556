import { type Clock, inNeutralContext, systemClock, VwoTransportError } from '../common/index.js';
import { byFetch, type VwoFetch } from './by-fetch.js';
import { callError } from './call-error.js';
import { CutOff } from './cut-off.js';
import type { HttpAnswer, HttpCall, HttpClient } from './http-client.js';
import { processHttp } from './process-http.js';
import { USER_AGENT } from './sdk-identity.js';

/** Longest answer that is read, in bytes after decompression; a longer one is refused. */
const MAX_ANSWER = 20 * 1024 * 1024;

/** Of an answer, to tell whether it is JSON, in bytes. */
const LOOKED_AT = 100;

export interface TransportOptions {
  clock?: Clock;
  /** In bytes. @default 20 MB */
  maxAnswer?: number;
  /** Makes all requests. @default `node:http`, or the global `fetch` where the process has a dispatcher of its own */
  fetch?: VwoFetch | undefined;
}

export interface CallOptions {
  /** How long the whole call may take, body included, in ms. */
  timeout: number;
  headers?: Readonly<Record<string, string>>;
  /** Ends the call early. */
  signal?: AbortSignal;
}

/** What a POST was answered. */
export interface PostAnswer {
  readonly status: number;
  /** The header `Retry-After`, as it came. */
  readonly retryAfter: string | undefined;
}

/** HTTP to VWO: a deadline on each call, answers of bounded size, no redirects, errors that tell no secret. */
export class Transport {
  private readonly clock: Clock;
  private readonly maxAnswer: number;
  private readonly ask: HttpClient;
  private readonly underWay = new Set<CutOff>();
  private closed = false;
  private isReached = false;

  constructor({ clock = systemClock, maxAnswer = MAX_ANSWER, fetch }: TransportOptions = {}) {
    this.clock = clock;
    this.maxAnswer = maxAnswer;
    this.ask = fetch ? byFetch(fetch) : processHttp();
  }

  /** Whether any call was ever answered, whatever the status. */
  get reached(): boolean {
    return this.isReached;
  }

  /** The JSON that `url` answers with a status of 200 to 299. Rejects with `VwoTransportError` in every other case. */
  get(url: string, options: CallOptions): Promise<unknown> {
    return this.fetched(url, options, async (answer) => parsed(await this.textOf(answer), answer));
  }

  /** What `url` answers with a status of 200 to 299, not decoded yet, where it begins as JSON does. Rejects as `get` does. */
  getBytes(url: string, options: CallOptions): Promise<Buffer> {
    return this.fetched(url, options, async (answer) => {
      const chunks: Uint8Array[] = [];
      await this.read(answer, (chunk) => void chunks.push(chunk));
      const bytes = Buffer.concat(chunks);
      if (!/^\s*[[{"\dtfn-]/.test(new TextDecoder().decode(bytes.subarray(0, LOOKED_AT)))) throw notJson(bytes, answer);
      return bytes;
    });
  }

  /**
   * Posts JSON and tells the answer, whatever its status. Rejects with `VwoTransportError` when there was no answer.
   * @param json as text, or its UTF-8; nobody looks at it once the call has settled
   */
  post(url: string, json: string | Uint8Array, options: CallOptions): Promise<PostAnswer> {
    const headers = { 'content-type': 'application/json', 'user-agent': USER_AGENT, ...options.headers };
    return this.call({ method: 'POST', url, headers, body: json }, options, async (answer) => {
      await this.read(answer, () => undefined); // to its end, so that the connection can be used again
      return { status: answer.status, retryAfter: answer.header('retry-after') };
    });
  }

  /** Ends what is under way and refuses what comes. */
  close(): void {
    this.closed = true;
    for (const cutOff of this.underWay) cutOff.cut(new VwoTransportError('was cut off: the client closed'));
  }

  private fetched<T>(url: string, options: CallOptions, read: (answer: HttpAnswer) => Promise<T>): Promise<T> {
    const headers = { 'user-agent': USER_AGENT, ...options.headers };
    return this.call({ method: 'GET', url, headers }, options, async (answer) => {
      const { status } = answer;
      if (status < 200 || status > 299) throw new VwoTransportError(`answered ${status}`, status);
      return read(answer);
    });
  }

  /** Not in the caller's async context: the connection outlives the request that it is opened in. */
  private call<T>(call: HttpCall, options: CallOptions, read: (answer: HttpAnswer) => Promise<T>): Promise<T> {
    return inNeutralContext(() => this.exchange(call, options, read));
  }

  private async exchange<T>(
    call: HttpCall,
    { timeout, signal }: CallOptions,
    read: (answer: HttpAnswer) => Promise<T>,
  ): Promise<T> {
    // One for deadline, caller and close: `AbortSignal.any` over a signal that lives as long as the client leaks.
    const cutOff = new CutOff();
    const abort = () => cutOff.cut(new VwoTransportError('was cut off'));
    const cancelDeadline = this.clock.after(timeout, () =>
      cutOff.cut(new VwoTransportError(`gave no answer within ${timeout} ms`)),
    );
    this.underWay.add(cutOff);
    signal?.addEventListener('abort', abort);
    try {
      if (this.closed) throw new VwoTransportError('was not sent: the client is closed');
      if (signal?.aborted) throw new VwoTransportError('was not sent');
      return await Promise.race([this.answered(call, cutOff, read), rejectedBy(cutOff)]);
    } catch (error) {
      const reason = cutOff.reason ?? error;
      cutOff.cut(reason as Error); // an answer of which the rest is not read would hold its connection, and the process
      throw callError(reason, call);
    } finally {
      cancelDeadline();
      signal?.removeEventListener('abort', abort);
      this.underWay.delete(cutOff);
    }
  }

  private async answered<T>(call: HttpCall, cutOff: CutOff, read: (answer: HttpAnswer) => Promise<T>): Promise<T> {
    const answer = await this.ask(call, cutOff);
    this.isReached = true;
    return read(answer);
  }

  private async textOf(answer: HttpAnswer): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    await this.read(answer, (chunk) => (text += decoder.decode(chunk, { stream: true })));
    return text + decoder.decode();
  }

  /** Past the limit the answer is given up. */
  private read(answer: HttpAnswer, take: (chunk: Uint8Array) => void): Promise<void> {
    let bytes = 0;
    return answer.read((chunk) => {
      bytes += chunk.byteLength;
      if (bytes > this.maxAnswer) {
        throw new VwoTransportError(`answered with more than ${this.maxAnswer} bytes`, answer.status);
      }
      take(chunk);
    });
  }
}

/** A `fetch` of the application's may not look at its signal. */
function rejectedBy(cutOff: CutOff): Promise<never> {
  return new Promise((_, reject) => cutOff.onCut(reject));
}

function parsed(text: string, answer: HttpAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(text, answer); // Node's own message quotes the text, which may hold the SDK key
  }
}

function notJson(body: string | Uint8Array, answer: HttpAnswer): VwoTransportError {
  const type = answer.header('content-type') ?? 'no content type';
  return new VwoTransportError(
    `answered ${answer.status} with something that is not JSON (${type}, ${Buffer.byteLength(body)} bytes)`,
    answer.status,
  );
}
