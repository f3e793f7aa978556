import type { HttpClient } from './http-client.js';

/** What a `fetch` of the application's is asked. */
export interface VwoFetchRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** A redirect would carry the SDK key to a host that nobody named. */
  readonly redirect: 'manual';
  /** Aborts at the deadline of the call, and when the client closes. */
  readonly signal: AbortSignal;
}

/** What it answers: a `Response`. */
export interface VwoFetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** A stream of bytes; null: empty. */
  readonly body: object | null;
}

/** Like the global `fetch`; so are that of the package `undici`, and `(url, init) => fetch(url, { ...init, dispatcher })`. */
export type VwoFetch = (url: string, init: VwoFetchRequest) => Promise<VwoFetchResponse>;

/** By a `fetch`. */
export function byFetch(fetch: VwoFetch): HttpClient {
  return async ({ method, url, headers, body }, cutOff) => {
    const controller = new AbortController();
    cutOff.onCut((why) => controller.abort(why));
    const { signal } = controller;
    const text = body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body).toString() };
    const response = await fetch(url, { method, headers: { ...headers }, ...text, redirect: 'manual', signal });
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      read: async (take) => {
        const chunks = (response.body ?? []) as AsyncIterable<Uint8Array>; // any stream can be iterated, whatever its type says
        for await (const chunk of chunks) take(chunk);
      },
    };
  };
}
