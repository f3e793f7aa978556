import { type Clock, inNeutralContext, systemClock, VwoTransportError } from '../common/index.js';
import { callError } from './call-error.js';
import { USER_AGENT } from './sdk-identity.js';

/** Longest answer that is read, in bytes after decompression; a longer one is refused. */
const MAX_ANSWER = 20 * 1024 * 1024;

export interface TransportOptions {
  clock?: Clock;
  /** In bytes. @default 20 MB */
  maxAnswer?: number;
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

interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
}

/** HTTP to VWO: a deadline on each call, answers of bounded size, no redirects, errors that tell no secret. */
export class Transport {
  private readonly clock: Clock;
  private readonly maxAnswer: number;
  private readonly underWay = new Set<AbortController>();
  private closed = false;
  private answered = false;

  constructor({ clock = systemClock, maxAnswer = MAX_ANSWER }: TransportOptions = {}) {
    this.clock = clock;
    this.maxAnswer = maxAnswer;
  }

  /** Whether any call was ever answered, whatever the status. */
  get reached(): boolean {
    return this.answered;
  }

  /** The JSON that `url` answers with a status of 200 to 299. Rejects with `VwoTransportError` in every other case. */
  get(url: string, options: CallOptions): Promise<unknown> {
    return this.call({ method: 'GET', url }, options, async (response) => {
      if (!response.ok) throw new VwoTransportError(`answered ${response.status}`, response.status);
      return parsed(await this.bodyOf(response), response);
    });
  }

  /** Posts JSON text and tells the answer, whatever its status. Rejects with `VwoTransportError` when there was no answer. */
  post(url: string, json: string, options: CallOptions): Promise<PostAnswer> {
    return this.call({ method: 'POST', url, body: json }, options, async (response) => {
      await this.bodyOf(response); // read, so that the connection can be used again
      return { status: response.status, retryAfter: response.headers.get('retry-after') ?? undefined };
    });
  }

  /** Ends what is under way and refuses what comes. */
  close(): void {
    this.closed = true;
    for (const controller of this.underWay) controller.abort(new VwoTransportError('was cut off: the client closed'));
  }

  /** Not in the caller's async context: the connection outlives the request that it is opened in. */
  private call<T>(call: Call, options: CallOptions, read: (response: Response) => Promise<T>): Promise<T> {
    return inNeutralContext(() => this.exchange(call, options, read));
  }

  private async exchange<T>(
    call: Call,
    { timeout, headers, signal }: CallOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    // One controller for deadline, caller and close: `AbortSignal.any` over a signal that lives as long as the client leaks.
    const controller = new AbortController();
    const abort = () => controller.abort(new VwoTransportError('was cut off'));
    const cancelDeadline = this.clock.after(timeout, () =>
      controller.abort(new VwoTransportError(`gave no answer within ${timeout} ms`)),
    );
    this.underWay.add(controller);
    signal?.addEventListener('abort', abort);
    try {
      if (this.closed) throw new VwoTransportError('was not sent: the client is closed');
      if (signal?.aborted) throw new VwoTransportError('was not sent');
      const response = await this.fetch(call, headers, controller.signal);
      this.answered = true;
      return await read(response);
    } catch (error) {
      throw callError(error, call);
    } finally {
      cancelDeadline();
      signal?.removeEventListener('abort', abort);
      this.underWay.delete(controller);
    }
  }

  private fetch({ method, url, body }: Call, headers: CallOptions['headers'], signal: AbortSignal): Promise<Response> {
    return fetch(url, {
      method,
      body,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'user-agent': USER_AGENT,
        ...headers,
      },
      redirect: 'manual', // a redirect would carry the SDK key to a host that nobody named
      signal,
    });
  }

  private async bodyOf(response: Response): Promise<string> {
    if (response.body === null) return '';
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > this.maxAnswer) {
        throw new VwoTransportError(`answered with more than ${this.maxAnswer} bytes`, response.status);
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }
}

function parsed(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's own message quotes the text, which may hold the SDK key.
    const type = response.headers.get('content-type') ?? 'no content type';
    throw new VwoTransportError(
      `answered ${response.status} with something that is not JSON (${type}, ${text.length} characters)`,
      response.status,
    );
  }
}
