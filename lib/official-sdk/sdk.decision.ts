import type { CompiledSettings } from '../fme/engine/index.js';
import {
  type DecidedFlag,
  type GatewayFacts,
  type JsonObject,
  listKey,
  offFlag,
  type StoredDecision,
  type StoredRecords,
  type VwoVariation,
} from '../model/index.js';
import { Evaluation } from '../fme/engine/index.js';
import type { VisitUser } from '../client/index.js';
import type { OfficialFlag, OfficialNotice } from './official-sdk.types.js';
import type { SdkCaller } from './sdk-caller.js';
import type { SdkEvent } from './sdk.events.js';
import { SdkFlag } from './sdk.flag.js';
import { choiceIn, type ReadableRecord, readableRecord, recordToStore, shownToSdk } from './sdk.records.js';

/** Whoever takes what was held back, once the flag is read. */
export interface DecisionReader {
  hear(event: SdkEvent): void;
  notice(notice: OfficialNotice): void;
}

/** One flag, decided by the SDK for one visit. What it wants stored and sent is held back until somebody reads the flag. */
export class SdkDecision implements SdkCaller {
  /** What the SDK has set, by key, made ready to be stored. */
  readonly records = new Map<string, StoredDecision>();
  private readonly evaluation: Evaluation;
  private readonly events: SdkEvent[] = [];
  private readonly notices: OfficialNotice[] = [];
  /** Looked at once each, so that a refused one is counted once. */
  private readonly read = new Map<string, ReadableRecord | undefined>();
  private answered: OfficialFlag | undefined;
  private reader: DecisionReader | undefined;

  /** Dev mode, in the settings and for this user: everything works, and VWO hears nothing of it. */
  private readonly isSilent: boolean;

  constructor(
    readonly key: string,
    private readonly settings: CompiledSettings,
    visitor: VisitUser,
    records: StoredRecords,
    private readonly facts: GatewayFacts | undefined,
  ) {
    this.evaluation = new Evaluation(visitor, records);
    this.isSilent = settings.devMode && visitor.isDevMode === true;
  }

  /** Stored records that were not this user's or this key's, or could not be read. */
  get refused(): number {
    return this.evaluation.refused;
  }

  /** Keys of the records that the SDK has asked for. */
  get asked(): Iterable<string> {
    return this.read.keys();
  }

  /** What the SDK has decided; without it the flag is off. */
  settle(flag: OfficialFlag | undefined): void {
    this.answered = flag;
  }

  /** The flag, and from now on whatever the SDK wants sent for it. */
  readBy(reader: DecisionReader): DecidedFlag {
    this.reader = reader;
    for (const event of this.events.splice(0)) reader.hear(event);
    for (const notice of this.notices.splice(0)) reader.notice(notice);
    return this.answered?.isEnabled() ? this.on(this.answered) : offFlag(this.key, 'not-said');
  }

  stored(key: string): JsonObject | undefined {
    const readable = this.readable(key);
    return readable && shownToSdk(this.settings, key, readable);
  }

  store(set: JsonObject): void {
    const key = String(set['featureKey']);
    const record = recordToStore(this.settings, key, this.readable(key)?.record, set);
    if (record) this.records.set(key, record);
  }

  hear(event: SdkEvent): void {
    if (this.isSilent) return;
    if (this.reader) this.reader.hear(event);
    else this.events.push(event);
  }

  notice(notice: OfficialNotice): void {
    if (this.reader) this.reader.notice(notice);
    else this.notices.push(notice);
  }

  ask(path: string, { listId, attribute }: JsonObject): unknown {
    const { location, userAgent, lists } = this.facts ?? {};
    if (path !== '/check-attribute') return { location, userAgent };
    return lists?.get(listKey(String(listId), String(attribute))) ?? false;
  }

  private readable(key: string): ReadableRecord | undefined {
    if (!this.read.has(key)) this.read.set(key, readableRecord(this.settings, key, this.evaluation));
    return this.read.get(key);
  }

  private on(flag: OfficialFlag): DecidedFlag {
    const decided = this.records.get(this.key);
    const own = this.readable(this.key);
    const about = decided ?? own?.record;
    const choice = about && choiceIn(this.settings, this.key, about);
    const isKept = own?.kept !== undefined && (decided === undefined || choice === own.kept);
    const variation = choice ? choice.flag.variation : about && variationIn(about);
    if (isKept) return new SdkFlag(this.key, variation, 'storage', 'stored', flag);
    return new SdkFlag(this.key, variation, 'rules', choice ? choice.flag.reason : 'not-said', flag);
  }
}

/** The SDK's flag does not tell its variation; the record that it sets does, if only by ids. */
function variationIn(record: JsonObject): VwoVariation {
  const kind = record['experimentVariationId'] ? 'experiment' : 'rollout';
  return Object.freeze({
    id: Number(record[`${kind}VariationId`]),
    key: String(record[`${kind}VariationId`]),
    campaignId: Number(record[`${kind}Id`]),
    campaignKey: String(record[`${kind}Key`]),
  });
}
