import { isDeepStrictEqual } from 'node:util';
import type { DecisionOutcome, VisitUser } from '../client/index.js';
import { Evaluation, isSilent } from '../fme/index.js';
import { type JsonObject, listKey, type StoredDecision, type StoredRecords, type VwoNotice } from '../model/index.js';
import type { InstalledSettings } from './host/installed-settings.js';
import type { OfficialSdkCaller } from './host/official-sdk.caller.js';
import type { OfficialFlag } from './host/official-sdk.types.js';
import type { SdkEvent } from './sdk.events.js';
import { decidedFlag } from './sdk.flag.js';
import { type ReadableRecord, readableRecord, recordToStore, shownToSdk } from './sdk.records.js';

/** Takes what the SDK sends for a flag after the flag was read. */
export type DecisionReader = Pick<OfficialSdkCaller, 'onEvent' | 'onIntegration'>;

/**
 * One flag, decided by the SDK for one visit from what the records were at that moment. What it wants stored and sent is held
 * back until the flag is read.
 */
export class SdkDecision implements OfficialSdkCaller {
  /** The records that were looked at, as they were found, by key: with others the SDK might decide otherwise. */
  readonly seen = new Map<string, StoredDecision | undefined>();
  /** What the SDK has set, by key, made ready to be stored. */
  readonly records = new Map<string, StoredDecision>();
  /** Looked at once each, so that a refused one is counted once. */
  private readonly readable = new Map<string, ReadableRecord | undefined>();
  private readonly evaluation: Evaluation;
  /** Held back until the flag is read. */
  private events: SdkEvent[] = [];
  private notice: VwoNotice | undefined;
  private reader: DecisionReader | undefined;
  private answered: OfficialFlag | undefined;

  constructor(
    readonly key: string,
    private readonly settings: InstalledSettings,
    private readonly user: VisitUser,
    private readonly found: StoredRecords,
  ) {
    this.evaluation = new Evaluation(user, found);
  }

  /** What the SDK has decided; without it the flag is off. */
  settle(flag: OfficialFlag | undefined): void {
    this.answered = flag;
  }

  /** Whether the SDK would decide the same from these records: it has looked at no other ones. */
  isFor(records: StoredRecords): boolean {
    for (const [key, record] of this.seen) if (!isDeepStrictEqual(record, records.get(key))) return false;
    return true;
  }

  /** The outcome; what the SDK sends from now on goes to the reader. */
  readBy(reader: DecisionReader): DecisionOutcome<SdkEvent> {
    this.reader = reader;
    return {
      flag: this.flag(),
      records: Array.from(this.records, ([key, record]) => ({ key, record })),
      events: this.events.splice(0),
      refused: this.evaluation.refused,
      notice: this.notice,
    };
  }

  stored(key: string): JsonObject | undefined {
    const readable = this.record(key);
    return readable && shownToSdk(this.settings.compiled, key, readable);
  }

  store(set: JsonObject): void {
    const key = String(set['featureKey']);
    const record = recordToStore(this.settings.compiled, key, this.record(key)?.record, set);
    if (record) this.records.set(key, record);
  }

  onEvent(event: SdkEvent): void {
    if (isSilent({ settings: this.settings.compiled, user: this.user })) return;
    if (this.reader) this.reader.onEvent(event);
    else this.events.push(event);
  }

  /** The SDK tells of each decision once. */
  onIntegration(notice: VwoNotice): void {
    if (this.reader) this.reader.onIntegration(notice);
    else this.notice = notice;
  }

  askGateway(path: string, { listId, attribute }: JsonObject): unknown {
    const { location, userAgent, lists } = this.user.gateway ?? {};
    if (path !== '/check-attribute') return { location, userAgent };
    return lists?.get(listKey(String(listId), String(attribute))) ?? false;
  }

  private flag() {
    return decidedFlag(this.settings.compiled, this.key, {
      answered: this.answered,
      before: this.record(this.key),
      set: this.records.get(this.key),
    });
  }

  private record(key: string): ReadableRecord | undefined {
    if (!this.readable.has(key)) {
      this.seen.set(key, this.found.get(key));
      this.readable.set(key, readableRecord(this.settings.compiled, key, this.evaluation));
    }
    return this.readable.get(key);
  }
}
