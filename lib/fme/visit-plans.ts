import type { VisitPlan } from '../client/index.js';
import { type CompiledSettings, storedKeysFor } from './engine/index.js';

/** What visits need before they open, as long as the settings are the same. */
export class VisitPlans {
  /** Of visits that may read any flag. */
  readonly ofAny: VisitPlan;
  /** By the list, where that is frozen: a handler declares the same one for each of its requests. */
  private readonly known = new WeakMap<readonly string[], VisitPlan>();

  constructor(readonly settings: CompiledSettings) {
    this.ofAny = { keys: settings.storedKeys, reach: 'user', readable: undefined };
  }

  /** Of visits that read these flags. */
  of(declared: readonly string[]): VisitPlan {
    const known = this.known.get(declared);
    if (known) return known;
    const plan: VisitPlan = {
      keys: storedKeysFor(this.settings, declared),
      reach: 'keys',
      readable: new Set(declared),
    };
    if (Object.isFrozen(declared)) this.known.set(declared, plan);
    return plan;
  }
}
