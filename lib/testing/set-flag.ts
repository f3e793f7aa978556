import { accountSettings, feature, rollout, type Rule } from '../edge/index.js';
import { compile, type CompiledSettings, decide } from '../fme/engine/index.js';
import { type Decision, type DecisionUser, NOTHING_STORED } from '../model/index.js';
import type { CheckedFlag } from './test-flag.js';

/** A flag that a test has set: settings with this one feature, decided by the engine as any others. */
export class SetFlag {
  private readonly settings: CompiledSettings;

  constructor(
    readonly key: string,
    private readonly flag: CheckedFlag,
  ) {
    this.settings = compile(accountSettings({ features: [feature(key, rulesOf(flag))] }));
  }

  /** The same for every user: nothing that was decided before counts. */
  decide(user: DecisionUser): Decision {
    return decide(this.settings, this.key, user, NOTHING_STORED);
  }

  /** The same flag, on in this variation; its variables stay. */
  inVariation(variation: string): SetFlag {
    return new SetFlag(this.key, { ...this.flag, enabled: true, variation });
  }

  /** The same flag, on. */
  turnedOn(): SetFlag {
    return this.flag.enabled ? this : new SetFlag(this.key, { ...this.flag, enabled: true });
  }
}

/** Off is a feature without rules. An experiment needs a rollout before it, as in VWO. */
function rulesOf({ enabled, variation, variables }: CheckedFlag): readonly Rule[] {
  if (!enabled) return [];
  if (variation === undefined) return [{ ...rollout(), variations: [{ name: 'default', variables }] }];
  return [rollout(), { type: 'FLAG_TESTING', variations: [{ name: variation, variables }] }];
}
