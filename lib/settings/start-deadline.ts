import { type Clock, VwoStartError, within } from '../common/index.js';
import type { FetchLog } from './fetch-log.js';

const LATE = Symbol('late');

export interface StartDeadlineOptions {
  /** Where settings come from, for messages. */
  sourceName: string;
  /** In ms. */
  startTimeout: number;
  onStartFailure: 'continue' | 'fail';
  clock: Clock;
  log: FetchLog;
}

/** Waits for the first settings, `startTimeout` at most; then rejects (`fail`), or logs that the start goes on without (`continue`). */
export async function startWithin(first: Promise<unknown>, options: StartDeadlineOptions): Promise<void> {
  const { sourceName, startTimeout, onStartFailure, clock, log } = options;
  if ((await within(clock, startTimeout, first, LATE)) !== LATE) return;
  const what = `No settings from ${sourceName} within ${startTimeout} ms (${log.lastReason}).`;
  if (onStartFailure === 'continue') return log.without(what);
  throw new VwoStartError(
    `${what} Are \`accountId\`, \`sdkKey\` and \`baseUrl\` right, and is the host reachable? ` +
      `With \`onStartFailure: 'continue'\` the application starts with every flag off until they arrive.`,
  );
}
