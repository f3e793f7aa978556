import { withoutId } from './without-id.js';

/**
 * An error in one line. Reads what it finds: an error of another realm (a worker, a test runner) is no `Error` of ours.
 * @param userId whom it may be about: `…` stands for that id in the answer
 */
export function errorText(error: unknown, userId?: string): string {
  const { message, code } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Partial<NodeJS.ErrnoException>;
  const text = message || code || String(error);
  return userId === undefined ? text : withoutId(text, userId);
}
