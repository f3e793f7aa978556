import type { CompiledSettings } from './compiled-settings.js';
import type { Decision } from './decision.js';
import type { StoredDecisions } from './stored-decision.js';
import type { DecisionUser } from './user-context.js';
import type { VwoFlag } from './flag.js';

/** Decides one flag for one user. Pure and synchronous; never throws. */
export function decide(
  _settings: CompiledSettings,
  key: string,
  _user: DecisionUser,
  _stored: StoredDecisions,
): Decision {
  return { flag: offFlag(key), records: [], events: [], refused: 0 };
}

/** A flag that is off because nobody is known, or there are no settings. */
export function offFlag(key: string): VwoFlag {
  return {
    key,
    variation: undefined,
    source: 'none',
    isEnabled: () => false,
    getVariable: <T>(_key: string, defaultValue?: T) => defaultValue as T,
    getVariables: () => [],
  };
}
