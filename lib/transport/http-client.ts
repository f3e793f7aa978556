import type { CutOff } from './cut-off.js';

/** One request. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** Its answer, of which the body was not read yet. */
export interface HttpAnswer {
  readonly status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** Reads the body to its end, decompressed. Rejects where it breaks off, and with what `take` throws. */
  read(take: (chunk: Uint8Array) => void): Promise<void>;
}

/** Makes requests, and follows no redirect. Rejects where there is no answer; gives up when it is cut off. */
export type HttpClient = (call: HttpCall, cutOff: CutOff) => Promise<HttpAnswer>;
