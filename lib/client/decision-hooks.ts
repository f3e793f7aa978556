import { type Diagnostics, errorText, isPromise } from '../common/index.js';
import type { VwoFlag, VwoNotice } from '../model/index.js';
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

  constructor(
    onDecision: OnDecision | undefined,
    integrations: VwoIntegrations | undefined,
    private readonly diagnostics: Diagnostics,
  ) {
    this.onDecision = onDecision && ((flag, visit) => this.guarded('onDecision', () => onDecision(flag, visit)));
    this.notice =
      integrations &&
      ((notice) => this.guarded('integrations.callback', () => integrations.callback(notice as VwoNotice)));
  }

  private guarded(option: string, call: () => unknown): void {
    try {
      const answer = call();
      if (isPromise(answer)) answer.then(undefined, (error: unknown) => this.failed(option, error));
    } catch (error) {
      this.failed(option, error);
    }
  }

  private failed(option: string, error: unknown): void {
    hookFailed(this.diagnostics, option, error);
  }
}

/** A function of the application's failed: counted and logged, and nothing else depends on it. */
export function hookFailed(diagnostics: Diagnostics, name: string, error: unknown): void {
  diagnostics.count('hookFailures');
  diagnostics.warn(`hook:${name}`, `\`${name}\` failed: ${errorText(error)}. No flag depends on it.`);
}
