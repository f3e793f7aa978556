import hooks from 'vwo-node-sdk/lib/services/HooksManager.js';
import urls from 'vwo-node-sdk/lib/services/UrlService.js';
import bucketing from 'vwo-node-sdk/lib/utils/VWOFeatureFlags.js';

/**
 * What the SDK keeps once per process and not per instance: the hook of `integrations`, a part of its URLs, and how users
 * are bucketed. Each `launch` overwrites all of it, for every instance there is, those of others too.
 */
export interface ProcessState {
  readonly hook: unknown;
  readonly collectionPrefix: string | undefined;
  readonly isEventArchEnabled: unknown;
  readonly isNB: unknown;
  readonly isNBv2: unknown;
}

/** Does `work` and puts everything back as it was. Synchronous: nobody else runs in between. */
export function leavingProcessAsItWas<T>(work: () => T): T {
  const before = processState();
  try {
    return work();
  } finally {
    restore(before);
  }
}

/** Does `work` as if `state` were the process', then puts everything back. */
export function withProcessState<T>(state: ProcessState, work: () => T): T {
  return leavingProcessAsItWas(() => {
    restore(state);
    return work();
  });
}

export function processState(): ProcessState {
  const { isEventArchEnabled, isNB, isNBv2 } = bucketing;
  return { hook: hooks.callback, collectionPrefix: urls.collectionPrefix, isEventArchEnabled, isNB, isNBv2 };
}

function restore({ hook, collectionPrefix, isEventArchEnabled, isNB, isNBv2 }: ProcessState): void {
  hooks.callback = hook;
  urls.collectionPrefix = collectionPrefix;
  bucketing.isEventArchEnabled = isEventArchEnabled;
  bucketing.isNB = isNB;
  bucketing.isNBv2 = isNBv2;
}
