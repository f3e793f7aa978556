import {
  bucketingSeedOf,
  type DecisionUser,
  isObject,
  type JsonObject,
  type StoredDecision,
  type StoredRecords,
} from '../../../model/index.js';
import { GroupFindings } from './group-findings.js';
import type { SegmentTerms } from './segment-terms.js';

/** One decision in the making: what is known of the user, and what was found on the way. Lives for one call of `decide`. */
export class Evaluation {
  /** What the user is bucketed by. */
  readonly seed: string;
  /** Stored records that were not this user's or this feature's. */
  refused = 0;
  /** How many experiments of the feature were looked at, in their order. */
  experimentsTried = 0;
  /** Undefined: no mutually exclusive group was looked at, as for most flags. */
  groups: GroupFindings | undefined = undefined;

  constructor(
    readonly user: DecisionUser,
    readonly stored: StoredRecords,
  ) {
    this.seed = bucketingSeedOf(user) ?? user.id;
  }

  inGroups(): GroupFindings {
    return (this.groups ??= new GroupFindings());
  }

  /** The user's id in these terms. */
  idIn({ userId }: SegmentTerms): string | undefined {
    if (userId === undefined) return undefined;
    return userId === 'list-id' ? this.user.userListId : this.user.id;
  }

  /** The user's variables in these terms. */
  variablesIn({ targeting }: SegmentTerms): JsonObject | undefined {
    const variables: unknown = targeting ? this.user.variationTargetingVariables : this.user.customVariables;
    return isObject(variables) ? variables : undefined;
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
