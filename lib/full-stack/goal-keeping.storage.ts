import type { StoredChange, StoredDecision, StoredDecisions, StoredRemoval } from '../model/index.js';
import { VwoStorage } from '../storage/index.js';
import { joinedGoals } from './goals.js';

/** How often a record is written again because somebody else wrote it in between. */
const TRIES = 5;

/**
 * A record replaces only the one it was decided from: right for a variation, where whoever decides first wins, but it would
 * lose the goal of one of two requests that track at the same moment, and the goal would be tracked again later.
 * So what was written is looked at once more, and goals that are missing are added. Nobody waits for it.
 */
export class GoalKeepingStorage extends VwoStorage {
  constructor(private readonly storage: VwoStorage) {
    super();
  }

  override load(...question: Parameters<VwoStorage['load']>): StoredDecisions | Promise<StoredDecisions> {
    return this.storage.load(...question);
  }

  override async save(
    userId: string,
    changes: readonly StoredChange[],
    removals?: readonly StoredRemoval[],
  ): Promise<void> {
    let missing = changes;
    for (let tries = 0; tries === 0 || (tries < TRIES && missing.length > 0); tries++) {
      await this.storage.save(userId, missing, tries === 0 ? removals : []);
      missing = await this.withoutTheirGoals(
        userId,
        missing.filter(({ record }) => record.goalIdentifier !== undefined),
      );
    }
  }

  override forget(userId: string, keys?: readonly string[]): Promise<void> {
    return this.storage.forget(userId, keys);
  }

  /** The changes whose goals are not in the storage, each on top of what is there now. */
  private async withoutTheirGoals(userId: string, changes: readonly StoredChange[]): Promise<readonly StoredChange[]> {
    if (changes.length === 0) return changes;
    const keys = changes.map(({ key }) => key);
    const stored = await this.storage.load(userId, keys, 'keys');
    return changes.flatMap(({ key, record }) => {
      const there = stored.get(key);
      if (!isSameCampaign(there, record)) return [];
      const goals = joinedGoals(there.goalIdentifier, record.goalIdentifier);
      if (goals === there.goalIdentifier) return [];
      return [{ key, record: { ...there, goalIdentifier: goals }, replaces: there }];
    });
  }
}

/** Not so when the record was deleted meanwhile: then it stays deleted. */
function isSameCampaign(there: StoredDecision | undefined, record: StoredDecision): there is StoredDecision {
  return there !== undefined && there.userId === record.userId && there.campaignKey === record.campaignKey;
}
