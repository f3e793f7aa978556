import type { FlagSource, FlagVariable, FlagVariation, VwoFlag } from './flag.js';

const NO_VARIABLES: readonly FlagVariable[] = Object.freeze([]);

/** The variables of one variation, shared by all its flags. */
export class VariableSet {
  private readonly values = new Map<string, unknown>();

  /** `list` is frozen, its values too. The first of two variables with one key counts. */
  constructor(readonly list: readonly FlagVariable[]) {
    for (const { key, value } of list) {
      if (!this.values.has(key)) this.values.set(key, value);
    }
  }

  get(key: string): unknown {
    return this.values.get(key);
  }
}

/** A flag that is on: built when settings are compiled, shared by all users with the same outcome. */
export class DecidedFlag implements VwoFlag {
  readonly #variables: VariableSet;

  constructor(
    readonly key: string,
    readonly variation: FlagVariation,
    readonly source: FlagSource,
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

  getVariables(): readonly FlagVariable[] {
    return this.#variables.list;
  }
}

/** A flag that is off. */
export class OffFlag implements VwoFlag {
  readonly source = 'none';
  readonly variation = undefined;

  constructor(readonly key: string) {
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

  getVariables(): readonly FlagVariable[] {
    return NO_VARIABLES;
  }
}
