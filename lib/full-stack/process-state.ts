import hooks from 'vwo-node-sdk/lib/services/HooksManager.js';
import logging from 'vwo-node-sdk/lib/services/logging/LoggingManager.js';
import urls from 'vwo-node-sdk/lib/services/UrlService.js';
import bucketing from 'vwo-node-sdk/lib/utils/VWOFeatureFlags.js';

/**
 * What the SDK keeps once per process and not per instance: the hook of `integrations`, how its modules log, a part of its
 * URLs, and how users are bucketed. Each `launch` overwrites some of it, for every instance there is, those of others too.
 */
export interface ProcessState {
  readonly hook: unknown;
  /** Called with the level and the message. */
  readonly log: unknown;
  readonly collectionPrefix: string | undefined;
  readonly isEventArchEnabled: unknown;
  readonly isNB: unknown;
  readonly isNBv2: unknown;
}

const loggers = logging.LogManager.prototype;

/** Does `work` as if `state` were the process', then puts everything back. Synchronous: nobody else runs in between. */
export function withProcessState<T>(state: ProcessState, work: () => T): T {
  const before = processState();
  restore(state);
  try {
    return work();
  } finally {
    restore(before);
  }
}

function processState(): ProcessState {
  const { isEventArchEnabled, isNB, isNBv2 } = bucketing;
  return {
    hook: hooks.callback,
    log: loggers._customLog,
    collectionPrefix: urls.collectionPrefix,
    isEventArchEnabled,
    isNB,
    isNBv2,
  };
}

function restore({ hook, log, collectionPrefix, isEventArchEnabled, isNB, isNBv2 }: ProcessState): void {
  hooks.callback = hook;
  loggers._customLog = log;
  urls.collectionPrefix = collectionPrefix;
  bucketing.isEventArchEnabled = isEventArchEnabled;
  bucketing.isNB = isNB;
  bucketing.isNBv2 = isNBv2;
}
