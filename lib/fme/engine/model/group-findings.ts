import type { NewRecord } from '../../../model/index.js';

/** What one decision found out about mutually exclusive groups on its way. */
export class GroupFindings {
  /** Winners of the groups that were looked at, by group; -1 where nobody won. */
  readonly winners = new Map<unknown, unknown>();
  /** Keys of the features of which a rollout has let the user in. */
  readonly rolledOut = new Set<string>();
  /** Winners to store. */
  readonly records: NewRecord[] = [];
}
