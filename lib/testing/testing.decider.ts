import {
  type Decider,
  type DecisionOutcome,
  NO_EFFECTS,
  offOutcome,
  type SendOutcome,
  type VisitUser,
  type VwoAttributes,
} from '../client/index.js';
import type { JsonObject } from '../model/index.js';
import type { HeaderFlags } from './header-flags.js';
import type { TestingState } from './testing-state.js';
import { VwoUnsetFlagError } from './unset-flag.error.js';

const SENT: SendOutcome<never> = { ...NO_EFFECTS, sent: true };

/** Decides one visit by the flags that the test has set, and notes what is read and sent. */
export class TestingDecider implements Decider<never> {
  constructor(
    private readonly state: TestingState,
    private readonly user: VisitUser,
    /** Of the request's header. */
    private readonly header: HeaderFlags | undefined,
  ) {}

  has(key: string): boolean {
    return this.header?.has(key) === true || this.state.flags.find(key, this.user.id) !== undefined;
  }

  /** Throws `VwoUnsetFlagError` with `strict`: a request shall fail then, as it never may elsewhere. */
  decide(key: string): DecisionOutcome<never> {
    const { flags, seen, strict } = this.state;
    const set = flags.find(key, this.user.id);
    const flag = this.header?.get(key)?.(set) ?? set;
    if (!flag) {
      seen.unset.add(key);
      if (strict) throw new VwoUnsetFlagError(key);
      return offOutcome(key, 'unknown');
    }
    const decided = flag.decide(this.user).flag;
    if (decided.variation) seen.exposures.push({ user: this.user.id, key, variation: decided.variation.key });
    return { ...NO_EFFECTS, flag: decided };
  }

  track(name: string, properties: JsonObject | undefined): SendOutcome<never> {
    this.state.seen.events.push({ user: this.user.id, name, properties });
    return SENT;
  }

  setAttribute(attributes: VwoAttributes): SendOutcome<never> {
    this.state.seen.attributes.push({ user: this.user.id, attributes: { ...attributes } });
    return SENT;
  }
}
