import type { FlagReason } from './flag.js';

/** VWO's reasons in OpenFeature's words. OpenTelemetry's conventions have the same in lower case. */
export const EVALUATION_REASONS = {
  stored: 'CACHED',
  rollout: 'TARGETING_MATCH',
  experiment: 'SPLIT',
  personalize: 'TARGETING_MATCH',
  forced: 'TARGETING_MATCH',
  holdout: 'SPLIT',
  group: 'SPLIT',
  traffic: 'SPLIT',
  'no-rule': 'DEFAULT',
  disabled: 'DISABLED',
  unknown: 'ERROR',
  nobody: 'ERROR',
  'no-settings': 'ERROR',
  'not-said': 'UNKNOWN',
} as const satisfies Readonly<Record<FlagReason, string>>;
