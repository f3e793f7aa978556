import type { DecidedFlag, FlagReason, FlagSource, VwoFlag, VwoVariable, VwoVariation } from '../../model/index.js';
import type { VisitUser } from '../user/visit-user.js';

/** A decided flag, which users share, as one user's visit hands it out: immutable, with the user's UUID and session. */
export class VisitFlag implements VwoFlag {
  readonly key: string;
  readonly variation: VwoVariation | undefined;
  readonly source: FlagSource;
  readonly reason: FlagReason;
  readonly #decided: DecidedFlag;
  readonly #user: VisitUser | undefined;

  constructor(decided: DecidedFlag, user: VisitUser | undefined) {
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
    return this.#decided.getVariable<T | undefined>(key, defaultValue);
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
