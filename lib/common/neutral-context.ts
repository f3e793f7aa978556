import { AsyncResource } from 'node:async_hooks';

/** Made when the library is loaded, outside every request. */
const neutral = new AsyncResource('VWO');

/**
 * Runs `work` in the async context in which the library was loaded. A timer or socket keeps the context in which it was made,
 * with every `AsyncLocalStorage` of the application's: what outlives a request must not be made in that request's context.
 */
export function inNeutralContext<T>(work: () => T): T {
  return neutral.runInAsyncScope(work);
}
