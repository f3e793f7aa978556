import type { DecidedFlag, FlagReason, FlagSource, VwoFlag, VwoVariable, VwoVariation } from '../model/index.js';

/** What a flag tells of its user. */
export interface FlagUser {
  readonly uuid: string;
  /** Seconds since the epoch. */
  readonly sessionId: number;
}

/** A decided flag, and whose it is. Users share decided flags, so each visit has its own around them. */
export class VisitFlag implements VwoFlag {
  readonly key: string;
  readonly variation: VwoVariation | undefined;
  readonly source: FlagSource;
  readonly reason: FlagReason;
  readonly #decided: DecidedFlag;
  readonly #user: FlagUser | undefined;

  /** `user`: undefined when it is not known who the user is. */
  constructor(decided: DecidedFlag, user: FlagUser | undefined) {
    this.key = decided.key;
    this.variation = decided.variation;
    this.source = decided.source;
    this.reason = decided.reason;
    this.#decided = decided;
    this.#user = user;
    Object.freeze(this);
  }

  isEnabled(): boolean {
    return this.#decided.isEnabled();
  }

  getVariable<T = unknown>(key: string, defaultValue: T): T;
  getVariable<T = unknown>(key: string): T | undefined;
  getVariable<T>(key: string, defaultValue?: T): T | undefined {
    return this.#decided.getVariable(key, defaultValue);
  }

  getVariables(): readonly VwoVariable[] {
    return this.#decided.getVariables();
  }

  getUUID(): string {
    return this.#user?.uuid ?? '';
  }

  getSessionId(): number {
    return this.#user?.sessionId ?? 0;
  }
}
