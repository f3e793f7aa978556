import { frozenCopy } from '../model/index.js';
import type { DecidedFlag, FlagReason, FlagSource, VwoVariable, VwoVariation } from '../model/index.js';
import type { OfficialFlag } from './official-sdk.types.js';

/** A flag that is on for one user, as the SDK has decided it. Immutable, its JSON variables too. */
export class SdkFlag implements DecidedFlag {
  readonly #variables: readonly VwoVariable[];

  constructor(
    readonly key: string,
    /** Undefined where the SDK does not tell: a variation without an id, which it does not store either. */
    readonly variation: VwoVariation | undefined,
    readonly source: FlagSource,
    readonly reason: FlagReason,
    official: OfficialFlag,
  ) {
    this.#variables = Object.freeze(official.getVariables().map((variable) => copied(variable as VwoVariable)));
    Object.freeze(this);
  }

  isEnabled(): boolean {
    return true;
  }

  getVariable<T = unknown>(key: string, defaultValue: T): T;
  getVariable<T = unknown>(key: string): T | undefined;
  getVariable<T>(key: string, defaultValue?: T): T | undefined {
    const value = this.#variables.find((variable) => variable.key === key)?.value;
    return value === undefined ? defaultValue : (value as T);
  }

  getVariables(): readonly VwoVariable[] {
    return this.#variables;
  }
}

/** The SDK hands out objects that all users share. */
function copied({ id, type, key, value }: VwoVariable): VwoVariable {
  return Object.freeze({ ...(id !== undefined && { id }), type, key, value: frozenCopy(value) });
}
