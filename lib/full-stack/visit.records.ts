import type { Diagnostics } from '../common/index.js';
import type { StoredChange, StoredDecision, StoredDecisions } from '../model/index.js';
import { shown } from '../common/index.js';
import type { CompiledCampaigns } from './compiled-campaigns.js';
import { mergedRecord, stateOf } from './stored-record.js';

/** The records of one user as one visit sees them: loaded and found good, or set by the SDK meanwhile. */
export class VisitRecords {
  private readonly known = new Map<string, StoredDecision | undefined>();
  private readonly fresh = new Map<string, StoredDecision>();

  constructor(
    private readonly userId: string,
    private readonly book: CompiledCampaigns,
    private readonly stored: StoredDecisions,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** Undefined where there is none that counts. */
  get(campaignKey: string): StoredDecision | undefined {
    if (this.known.has(campaignKey)) return this.known.get(campaignKey);
    const record = this.loaded(campaignKey);
    this.known.set(campaignKey, record);
    return record;
  }

  /** What the SDK sets, on top of what there is. */
  set(record: StoredDecision): void {
    const key = String(record.campaignKey);
    const merged = mergedRecord(this.get(key), record);
    if (!merged) return;
    this.known.set(key, merged);
    this.fresh.set(key, merged);
  }

  /** Counts in this visit, and is never stored. */
  assume(campaignKey: string, variationName: string): void {
    this.known.set(campaignKey, { userId: this.userId, campaignKey, variationName });
  }

  /** What is new since the last time. */
  takeChanges(): readonly StoredChange[] {
    const changes = [...this.fresh].map(([key, record]) => ({ key, record, replaces: this.stored.get(key) }));
    this.fresh.clear();
    return changes;
  }

  private loaded(campaignKey: string): StoredDecision | undefined {
    const campaign = this.book.campaign(campaignKey);
    const record = campaign && this.stored.get(campaignKey);
    if (!record) return undefined;
    const state = stateOf(record, this.userId, campaign);
    if (state === 'foreign') this.refused(campaignKey);
    return state === 'good' ? record : undefined;
  }

  private refused(campaignKey: string): void {
    this.diagnostics.count('storageRecordsRefused');
    this.diagnostics.warn(
      'storage-record',
      `A stored record of campaign ${shown(campaignKey)} was ignored: it is another user's or campaign's, ` +
        `or not a record of VWO's.`,
    );
  }
}
