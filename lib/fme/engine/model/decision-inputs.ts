import type { ListQuestion } from './segment.js';

/** What deciding may look at besides the user. */
export interface DecisionInputs {
  /** Keys of stored records. */
  readonly records: readonly string[];
  readonly lists: readonly RuleListQuestion[];
  /** Location or user agent, from the gateway. */
  readonly details: boolean;
}

/** `targeting`: asked of the targeting variables, for whitelisting. */
export interface RuleListQuestion extends ListQuestion {
  readonly targeting: boolean;
  /** `_vwoUserId` is the hash that user lists hold. */
  readonly userList: boolean;
}
