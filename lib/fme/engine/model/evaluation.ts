import type { CompiledFeature } from './compiled-feature.js';
import { text } from '../segment/custom-variable.operand.js';
import type { NewRecord } from '../../../model/index.js';
import { isObject, type JsonObject } from '../../../model/index.js';
import type { StoredDecision, StoredRecords } from '../../../model/index.js';
import type { DecisionUser } from '../../../model/index.js';

/** One decision in the making: what is known of the user, and what was found on the way. Lives for one call of `decide`. */
export class Evaluation {
  /** What the user is bucketed by. */
  readonly seed: string;
  /** What `custom_variable` operands ask: custom variables, and while whitelisting the targeting variables. */
  variables: JsonObject | undefined;
  /** Whether the rule at hand knows users by UUID. Until the first rule there is no `_vwoUserId`, as in the official SDK. */
  userList: boolean | undefined = undefined;
  refused = 0;
  /** Winners of the groups that were looked at, by group id; -1 where nobody won. */
  winners: Map<unknown, unknown> | undefined = undefined;
  /** Features of which a rollout has let the user in. */
  rolledOut: Set<CompiledFeature> | undefined = undefined;
  groupRecords: NewRecord[] | undefined = undefined;

  constructor(
    readonly user: DecisionUser,
    readonly stored: StoredRecords,
  ) {
    const { bucketingSeed, customVariables } = user;
    this.seed = bucketingSeed ? (text(bucketingSeed) ?? user.id) : user.id;
    this.variables = customVariables && isObject(customVariables) ? customVariables : undefined;
  }

  /** The user's id as the rule at hand knows it. */
  get vwoUserId(): string | undefined {
    if (this.userList === undefined) return undefined;
    return this.userList ? this.user.uuid : this.user.id;
  }

  /**
   * The record under a key if it is this user's, this key's, and, where it says so, of the feature with this id: a feature
   * made anew under an old key is another. Counts what is refused only where `counting`.
   */
  record(key: string, featureId: unknown, counting: boolean): StoredDecision | undefined {
    const record: unknown = this.stored.get(key);
    if (record === undefined || record === null) return undefined;
    if (isObject(record) && record['featureKey'] === key && this.isTheirs(record['userId'])) {
      const storedId = record['featureId'];
      if (storedId == null || storedId === featureId) return record as StoredDecision;
    }
    if (counting) this.refused += 1;
    return undefined;
  }

  private isTheirs(userId: unknown): boolean {
    return userId === this.user.id || (typeof userId === 'number' && String(userId) === this.user.id);
  }
}
