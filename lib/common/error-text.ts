import { withoutId } from './without-id.js';

/**
 * An error in one line. Reads what it finds: an error of another realm (a worker, a test runner) is no `Error` of ours. Never throws.
 * @param userId whom it may be about: `…` stands for that id in the answer
 */
export function errorText(error: unknown, userId?: string): string {
  const text = textOf(error);
  return userId === undefined ? text : withoutId(text, userId);
}

function textOf(error: unknown): string {
  try {
    const { message, code } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
    return String((isText(message) && message) || (isText(code) && code) || error);
  } catch {
    return 'an error that cannot be read';
  }
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
