import { shown } from '../../common/index.js';
import type { FlagReason } from '../../model/index.js';
import { NOT_SENT, offOutcome } from '../port/no-effects.js';
import type { Decider, DecisionOutcome, SendOutcome } from '../port/product.js';

/** Where nothing can be decided: nobody is known, or there are no settings. Every flag is off, nothing is stored or sent. */
export class OffDecider implements Decider<never> {
  constructor(
    private readonly reason: FlagReason,
    /** Called when something cannot be sent, with what. */
    private readonly unsent: (what: string) => void,
  ) {}

  has(): boolean {
    return false;
  }

  decide(key: string): DecisionOutcome<never> {
    return offOutcome(key, this.reason);
  }

  track(eventName: string): SendOutcome<never> {
    return this.notSent(`Event ${shown(eventName)}`);
  }

  setAttribute(): SendOutcome<never> {
    return this.notSent('Attributes');
  }

  private notSent(what: string): SendOutcome<never> {
    this.unsent(what);
    return NOT_SENT;
  }
}
