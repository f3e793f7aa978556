import type { DecidedFlag, FlagReason, FlagSource, VwoVariable, VwoVariation } from '../../../model/index.js';

/** The variables of one variation, shared by all its flags. Few, so that looking through them is quicker than a map. */
export class VariableSet {
  /** `list` is frozen, its values too. */
  constructor(readonly list: readonly VwoVariable[]) {}

  /** Of two variables with one key the first counts. */
  get(key: string): unknown {
    for (const variable of this.list) if (variable.key === key) return variable.value;
    return undefined;
  }
}

/** A flag that is on: built when settings are compiled, shared by all users with the same outcome. */
export class OnFlag implements DecidedFlag {
  readonly #variables: VariableSet;

  constructor(
    readonly key: string,
    /** Undefined where it is not known: VWO's own SDK does not tell. */
    readonly variation: VwoVariation | undefined,
    readonly source: FlagSource,
    readonly reason: FlagReason,
    variables: VariableSet,
  ) {
    this.#variables = variables;
    Object.freeze(this);
  }

  isEnabled(): boolean {
    return true;
  }

  getVariable<T = unknown>(key: string, defaultValue: T): T;
  getVariable<T = unknown>(key: string): T | undefined;
  getVariable<T>(key: string, defaultValue?: T): T | undefined {
    const value = this.#variables.get(key);
    return value === undefined ? defaultValue : (value as T);
  }

  getVariables(): readonly VwoVariable[] {
    return this.#variables.list;
  }
}
