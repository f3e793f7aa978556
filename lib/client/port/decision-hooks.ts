import { type Diagnostics, errorText, isPromise } from '../../common/index.js';
import type { VwoFlag, VwoNotice } from '../../model/index.js';
import type { Visit } from './visit.js';

/** Called once per first read of a flag. Never waited for; what it throws or rejects with is counted and logged. */
export type OnDecision = (flag: VwoFlag, visit: Visit) => unknown;

/** What VWO's SDKs call `integrations`. */
export interface VwoIntegrations {
  /** Told of each new decision once its flag is read, and of tracked events. Never waited for. */
  readonly callback: (notice: VwoNotice) => unknown;
}

/** The application's own functions around decisions, guarded: none of them changes a flag or fails a request. */
export class DecisionHooks {
  /** Undefined: nobody listens. */
  readonly onDecision: ((flag: VwoFlag, visit: Visit) => void) | undefined;
  readonly notice: ((notice: object) => void) | undefined;

  constructor(onDecision: OnDecision | undefined, integrations: VwoIntegrations | undefined, diagnostics: Diagnostics) {
    this.onDecision =
      onDecision &&
      ((flag, visit) => callHook(diagnostics, 'onDecision', () => onDecision(flag, visit), visit.user?.id));
    this.notice =
      integrations &&
      ((notice) => callHook(diagnostics, 'integrations.callback', () => integrations.callback(notice as VwoNotice)));
  }
}

/**
 * Calls a function of the application's and does not wait for it. What it throws or rejects with is counted and logged.
 * @param userId whom it is about
 */
export function callHook(diagnostics: Diagnostics, name: string, call: () => unknown, userId?: string): void {
  const failed = (error: unknown): void => hookFailed(diagnostics, name, errorText(error, userId));
  try {
    const answer = call();
    if (isPromise(answer)) answer.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

/** Nothing else depends on it. */
function hookFailed(diagnostics: Diagnostics, name: string, why: string): void {
  diagnostics.count('hookFailures');
  diagnostics.warn(`hook:${name}`, `\`${name}\` failed: ${why}. No flag depends on it.`);
}
