import { errorText, VwoTransportError } from '../common/index.js';

/** What a call failed with, naming it by method, host and path; the query and a password in the URL stay out. */
export function callError(error: unknown, { method, url }: { method: string; url: string }): VwoTransportError {
  const { origin, pathname } = new URL(url);
  const where = `${method} ${origin}${pathname}`;
  if (error instanceof VwoTransportError) {
    return new VwoTransportError(`${where} ${error.message}`, error.status, { cause: error.cause });
  }
  const { cause = error, code } = (error ?? {}) as { cause?: unknown; code?: unknown }; // `fetch` says "fetch failed" and hides the reason in `cause`
  const reason = errorText(cause);
  if (!quotesUrl(reason)) return new VwoTransportError(`${where} failed: ${reason}`, undefined, { cause });
  return new VwoTransportError(`${where} failed: ${typeof code === 'string' ? code : 'the call is not possible'}`);
}

/** The whole URL, perhaps, with the SDK key in its query. */
function quotesUrl(text: string): boolean {
  return text.includes('://');
}
