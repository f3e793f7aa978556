import { errorText, VwoTransportError } from '../common/index.js';

/** What a call failed with, naming it by method, host and path; the query and a password in the URL stay out. */
export function callError(error: unknown, { method, url }: { method: string; url: string }): VwoTransportError {
  const { origin, pathname } = new URL(url);
  const where = `${method} ${origin}${pathname}`;
  if (error instanceof VwoTransportError) {
    return new VwoTransportError(`${where} ${error.message}`, error.status, { cause: error.cause });
  }
  // `fetch` says "fetch failed" and hides the reason in `cause`; without one its message may quote the whole URL.
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  const reason = cause === undefined ? 'the call is not possible' : errorText(cause);
  return new VwoTransportError(`${where} failed: ${reason}`, undefined, { cause });
}
