import { isDeepStrictEqual } from 'node:util';
import type { CompiledSettings } from '../fme/engine/index.js';
import {
  type FlagReason,
  type JsonObject,
  offFlag,
  type StoredChange,
  type StoredDecision,
  type StoredDecisions,
  type VwoFlag,
  type VwoUserContext,
} from '../model/index.js';
import { type Visit, VisitFlag } from '../client/index.js';
import type { VisitUser } from '../client/index.js';
import type { VwoAttributes } from '../client/index.js';
import { VwoUndecidedFlagError } from './sdk.errors.js';
import type { OfficialNotice } from './official-sdk.types.js';
import type { SdkEvent } from './sdk.events.js';
import type { SdkDecisions } from './sdk.decider.js';
import type { DecisionReader, SdkDecision } from './sdk.decision.js';

/** What a visit starts with. */
export interface SdkVisitGround {
  /** Undefined: nobody is known, and every flag is off. */
  readonly visitor: VisitUser | undefined;
  /** Undefined: there are none, and every flag is off. */
  readonly settings: CompiledSettings | undefined;
  readonly stored: StoredDecisions;
  /** Every flag that was decided, by key. */
  readonly decisions: SdkDecisions;
  /** The feature keys that may be read; undefined: all. */
  readonly declared: ReadonlySet<string> | undefined;
  /** False when the storage could not be read: what is decided blind could overwrite what the user had. */
  readonly mayStore: boolean;
}

/** What a visit hands to its client. */
export interface SdkVisitKeeper {
  read(flag: VwoFlag, decision: SdkDecision | undefined, settings: CompiledSettings | undefined): void;
  enqueue(event: SdkEvent): void;
  notice(notice: OfficialNotice): void;
  save(userId: string, changes: readonly StoredChange[]): Promise<void>;
  track(visitor: VisitUser | undefined, eventName: string, properties?: JsonObject): boolean;
  setAttribute(visitor: VisitUser | undefined, attributes: VwoAttributes): boolean;
}

const DONE = Promise.resolve();

/** One user's flags, decided by the SDK when the visit opened. What nobody reads is neither stored nor sent. */
export class SdkVisit implements Visit, DecisionReader {
  private readonly flags = new Map<string, VwoFlag>();
  /** Impressions not yet handed over. */
  private readonly events: SdkEvent[] = [];
  /** New records by key, those that were handed over too: two flags may set the record of the same group. */
  private readonly fresh = new Map<string, StoredDecision>();
  /** Changes not yet handed over. */
  private changes: StoredChange[] = [];
  private ended = false;
  private late: Promise<void> | undefined;

  constructor(
    private readonly ground: SdkVisitGround,
    private readonly keeper: SdkVisitKeeper,
  ) {}

  get user(): VwoUserContext | undefined {
    return this.ground.visitor;
  }

  flag(key: string): VwoFlag {
    return this.flags.get(key) ?? this.read(key);
  }

  track(eventName: string, properties?: JsonObject): boolean {
    return this.keeper.track(this.ground.visitor, eventName, properties);
  }

  setAttribute(attributes: VwoAttributes): boolean {
    return this.keeper.setAttribute(this.ground.visitor, attributes);
  }

  end(): Promise<void> {
    this.ended = true;
    return this.late ?? this.handOver();
  }

  /** An impression of a flag that was read; the SDK sends some only after it has answered. @internal */
  hear(event: SdkEvent): void {
    this.events.push(event);
    if (this.ended) this.handOverSoon();
  }

  /** @internal */
  notice(notice: OfficialNotice): void {
    this.keeper.notice(notice);
  }

  private read(key: string): VwoFlag {
    const { declared, settings } = this.ground;
    if (declared && !declared.has(key)) throw new VwoUndecidedFlagError(key);
    const decision = this.decision(key);
    const decided = decision?.readBy(this) ?? offFlag(key, this.reasonOff(key));
    const flag = new VisitFlag(decided, this.ground.visitor);
    this.flags.set(key, flag);
    this.keeper.read(flag, decision, settings);
    for (const [recordKey, record] of decision?.records ?? []) this.remember(recordKey, record);
    if (this.ended) this.handOverSoon();
    return flag;
  }

  /** Of a flag that the SDK was not asked for, or did not decide. */
  private reasonOff(key: string): FlagReason {
    const { visitor, settings } = this.ground;
    if (!visitor) return 'nobody';
    if (!settings) return 'no-settings';
    return settings.has(key) ? 'not-said' : 'unknown';
  }

  private decision(key: string): SdkDecision | undefined {
    const variants = this.ground.decisions.get(key);
    return variants?.find(({ others }) => others.every((other) => this.flags.has(other)))?.decision;
  }

  private remember(key: string, record: StoredDecision): void {
    const before = this.fresh.get(key) ?? this.ground.stored.get(key);
    if (isDeepStrictEqual(before, record)) return;
    this.changes.push({ key, record, replaces: before });
    this.fresh.set(key, record);
  }

  /** A flag read after the end (work that outlives its request) is saved and sent all the same. */
  private handOverSoon(): void {
    this.late ??= DONE.then(() => {
      this.late = undefined;
      return this.handOver();
    });
  }

  private handOver(): Promise<void> {
    const { visitor, mayStore } = this.ground;
    for (const event of this.events.splice(0)) this.keeper.enqueue(event);
    const changes = this.changes.splice(0);
    return visitor && mayStore && changes.length > 0 ? this.keeper.save(visitor.id, changes) : DONE;
  }
}
