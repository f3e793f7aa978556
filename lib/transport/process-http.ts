import { byFetch } from './by-fetch.js';
import type { HttpClient } from './http-client.js';
import { nodeHttp } from './node-http.js';

/** Where undici, in Node and as a package, keeps the dispatcher that the global `fetch` uses; the newest first. */
const DISPATCHERS = [Symbol.for('undici.globalDispatcher.2'), Symbol.for('undici.globalDispatcher.1')];

/**
 * As the process does it: by `node:http`, unless the application has put something of its own under the global `fetch`
 * (`setGlobalDispatcher(new ProxyAgent(…))`, a `MockAgent`): then by that.
 */
export function processHttp(): HttpClient {
  const byNodeHttp = nodeHttp();
  return (call, cutOff) => (hasOwnDispatcher() ? byFetch(globalThis.fetch)(call, cutOff) : byNodeHttp(call, cutOff));
}

/** The one that is there by itself is an `Agent`. */
function hasOwnDispatcher(): boolean {
  const known = globalThis as Readonly<Record<symbol, object | undefined>>;
  const dispatcher = DISPATCHERS.map((name) => known[name]).find((each) => each !== undefined);
  return dispatcher !== undefined && dispatcher.constructor.name !== 'Agent';
}
