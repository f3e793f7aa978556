import { functionOption, knownKeys, VwoOptionsError } from '../../common/index.js';
import type { VwoFetch } from '../../transport/index.js';

/** How VWO is called. */
export interface VwoTransportOptions {
  /**
   * Makes every request of the client: settings, events, VWO's gateway. Anything like the global `fetch`; for a proxy or a CA of your own
   * `(url, init) => fetch(url, { ...init, dispatcher })` with `fetch` and a dispatcher of the package `undici`. @default `node:http` and
   * the agents of the process; the global `fetch` where the application has set a dispatcher for it
   */
  fetch?: VwoFetch;
}

/** With every default in place. */
export interface ResolvedTransportOptions {
  readonly fetch: VwoFetch | undefined;
}

const BY_FETCH =
  'give a `fetch` that uses it, such as `(url, init) => fetch(url, { ...init, dispatcher })` with the `fetch` of undici';

/** What others call it. */
const CURES: Readonly<Record<string, string>> = {
  dispatcher: BY_FETCH,
  agent: BY_FETCH,
  proxy: BY_FETCH,
  ca: BY_FETCH,
};

export function transportOptions(given: VwoTransportOptions): ResolvedTransportOptions {
  for (const [name, cure] of Object.entries(CURES)) {
    if ((given as Readonly<Record<string, unknown>> | null)?.[name] === undefined) continue;
    throw new VwoOptionsError(`\`transport\` has no option \`${name}\`: ${cure}`);
  }
  knownKeys('transport', given, ['fetch']);
  const { fetch } = given;
  return { fetch: fetch === undefined ? undefined : functionOption('transport.fetch', fetch) };
}
