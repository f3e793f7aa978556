import type { DecidedFlag, FlagReason, VwoVariable } from './flag.js';

const NO_VARIABLES: readonly VwoVariable[] = Object.freeze([]);

/** A flag that is off: it has no variation and no variables. */
export class OffFlag implements DecidedFlag {
  readonly source = 'none';
  readonly variation = undefined;

  constructor(
    readonly key: string,
    readonly reason: FlagReason,
  ) {
    Object.freeze(this);
  }

  isEnabled(): boolean {
    return false;
  }

  getVariable<T = unknown>(key: string, defaultValue: T): T;
  getVariable<T = unknown>(key: string): T | undefined;
  getVariable<T>(_key: string, defaultValue?: T): T | undefined {
    return defaultValue;
  }

  getVariables(): readonly VwoVariable[] {
    return NO_VARIABLES;
  }
}

export function offFlag(key: string, reason: FlagReason): DecidedFlag {
  return new OffFlag(key, reason);
}
