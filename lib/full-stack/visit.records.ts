import type { VisitInputs } from '../client/index.js';
import type { Diagnostics } from '../common/index.js';
import type { NewRecord, StoredDecision } from '../model/index.js';
import type { CompiledCampaigns } from './compiled-campaigns.js';
import { givenRecord, mergedRecord, type RecordState, stateOf, withTextGoals } from './stored-record.js';

/** The records of one user that count: those of the visit, `userStorageData` before them, and on top what the SDK has set. */
export class VisitRecords {
  /** Set by the SDK and not taken yet, by campaign key. */
  private readonly fresh = new Map<string, StoredDecision>();
  /** Campaigns of which a record was refused: each counts once. */
  private readonly refused = new Set<string>();
  private given: StoredDecision | undefined;
  private newlyRefused = 0;

  constructor(
    private readonly inputs: Pick<VisitInputs<CompiledCampaigns, unknown>, 'settings' | 'user' | 'records'>,
    diagnostics: Diagnostics,
  ) {
    this.given = givenRecord(inputs.user.userStorageData, diagnostics);
  }

  /** Undefined where there is none that counts. */
  get(campaignKey: string): StoredDecision | undefined {
    return this.fresh.get(campaignKey) ?? this.inState('good', campaignKey);
  }

  /** Whether all that the user has in this campaign is a record of a variation that is gone. */
  isStale(campaignKey: string): boolean {
    return this.get(campaignKey) === undefined && this.inState('stale', campaignKey) !== undefined;
  }

  /** What the SDK sets, on top of what there is. `goal`: the one that is being tracked. */
  set(record: StoredDecision, goal: string | undefined): void {
    const key = String(record.campaignKey);
    const merged = mergedRecord(this.get(key), record, goal);
    if (!merged) return;
    this.fresh.set(key, merged);
    if (this.given?.campaignKey === key) this.given = undefined; // it is in the new one
  }

  /** What is new since the last time; the visit keeps it. */
  take(): { readonly records: readonly NewRecord[]; readonly refused: number } {
    const records = Array.from(this.fresh, ([key, record]) => ({ key, record }));
    const refused = this.newlyRefused;
    this.fresh.clear();
    this.newlyRefused = 0;
    return { records, refused };
  }

  private inState(state: RecordState, campaignKey: string): StoredDecision | undefined {
    const given = this.given?.campaignKey === campaignKey ? this.given : undefined;
    const stored = this.inputs.records.get(campaignKey);
    const found = [given, stored].find((record) => record && this.stateOf(record, campaignKey) === state);
    return found && withTextGoals(found);
  }

  private stateOf(record: StoredDecision, campaignKey: string): RecordState | undefined {
    const campaign = this.inputs.settings.campaign(campaignKey);
    const state = campaign && stateOf(record, this.inputs.user.id, campaign);
    if (state === 'foreign' && !this.refused.has(campaignKey)) {
      this.refused.add(campaignKey);
      this.newlyRefused += 1;
    }
    return state;
  }
}
