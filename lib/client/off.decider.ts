import { type FlagReason, offFlag } from '../model/index.js';
import type { Decider, SendOutcome } from './product.js';

const NOTHING: readonly never[] = [];

/** Where nothing can be decided: nobody is known, or there are no settings. Every flag is off, nothing is stored or sent. */
export class OffDecider implements Decider<never> {
  constructor(
    private readonly reason: FlagReason,
    /** Called when something cannot be sent, with what. */
    private readonly unsent: (what: string) => void,
  ) {}

  decide(key: string) {
    return { flag: offFlag(key, this.reason), records: NOTHING, events: NOTHING, refused: 0 };
  }

  track(eventName: string): SendOutcome<never> {
    return this.notSent(`Event ${JSON.stringify(eventName)}`);
  }

  setAttribute(): SendOutcome<never> {
    return this.notSent('Attributes');
  }

  private notSent(what: string): SendOutcome<never> {
    this.unsent(what);
    return { sent: false, records: NOTHING, events: NOTHING, refused: 0 };
  }
}
