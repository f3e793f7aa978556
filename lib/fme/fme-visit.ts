import { type CompiledSettings, decide } from './engine/index.js';
import {
  type Decision,
  type DecisionEvent,
  offFlag,
  type StoredChange,
  type StoredDecision,
  type StoredDecisions,
  type VwoFlag,
  type VwoUserContext,
} from '../model/index.js';
import type { QueuedEvent } from '../events/index.js';
import { impression, usageEvent, type VwoEvent } from './events/event.js';
import { VwoUndeclaredFlagError } from '../common/index.js';
import { type Visit, VisitFlag } from '../client/index.js';
import type { VisitUser } from '../client/index.js';
import type { VwoAttributes } from '../client/index.js';

/** What a visit starts with: fixed from here on, whatever the settings or the storage do meanwhile. */
export interface VisitGround {
  readonly visitor: VisitUser;
  readonly settings: CompiledSettings;
  readonly stored: StoredDecisions;
  /** The feature keys that may be read; undefined: all. */
  readonly declared: ReadonlySet<string> | undefined;
  /** False when the storage could not be read: what is decided blind could overwrite what the user had. */
  readonly mayStore: boolean;
}

/** What a visit hands to its client. */
export interface VisitKeeper {
  /** Milliseconds since the epoch. */
  now(): number;
  decided(key: string, decision: Decision, settings: CompiledSettings): void;
  enqueue(event: QueuedEvent<VwoEvent>): void;
  save(userId: string, changes: readonly StoredChange[]): Promise<void>;
  track(visitor: VisitUser | undefined, eventName: string, properties?: Readonly<Record<string, unknown>>): boolean;
  setAttribute(visitor: VisitUser | undefined, attributes: VwoAttributes): boolean;
}

/** One user's flags: each decided at its first read, then the same object. Synchronous, and nobody else's. */
export class FmeVisit implements Visit {
  private readonly flags = new Map<string, VwoFlag>();
  /** Impressions not yet handed over. */
  private readonly events: QueuedEvent<VwoEvent>[] = [];
  /** New records by key, those that were handed over too: later decisions of this visit see them. */
  private fresh: Map<string, StoredDecision> | undefined;
  /** Changes not yet handed over. */
  private changes: StoredChange[] = [];
  private ended = false;
  private late: Promise<void> | undefined;

  constructor(
    private readonly ground: VisitGround,
    private readonly keeper: VisitKeeper,
  ) {}

  get user(): VwoUserContext {
    return this.ground.visitor;
  }

  flag(key: string): VwoFlag {
    return this.flags.get(key) ?? this.decide(key);
  }

  track(eventName: string, properties?: Readonly<Record<string, unknown>>): boolean {
    return this.keeper.track(this.ground.visitor, eventName, properties);
  }

  setAttribute(attributes: VwoAttributes): boolean {
    return this.keeper.setAttribute(this.ground.visitor, attributes);
  }

  end(): Promise<void> {
    this.ended = true;
    return this.late ?? this.handOver();
  }

  private decide(key: string): VwoFlag {
    const { visitor, settings, stored, declared } = this.ground;
    if (declared && !declared.has(key)) throw new VwoUndeclaredFlagError(key);
    const decision = decide(settings, key, visitor, this.fresh ? this : stored);
    const flag = new VisitFlag(decision.flag, visitor);
    this.flags.set(key, flag);
    this.keeper.decided(key, decision, settings);
    for (const { key: recordKey, record } of decision.records) this.remember(recordKey, record);
    for (const event of decision.events) this.events.push(queued(event, visitor, this.keeper.now()));
    if (this.ended) this.handOverSoon();
    return flag;
  }

  /** The record under a key as decisions of this visit see it. @internal */
  get(key: string): StoredDecision | undefined {
    return this.fresh?.get(key) ?? this.ground.stored.get(key);
  }

  private remember(key: string, record: StoredDecision): void {
    this.changes.push({ key, record, replaces: this.get(key) });
    (this.fresh ??= new Map()).set(key, record);
  }

  /** A flag read after the end (work that outlives its request) is saved and sent all the same. */
  private handOverSoon(): void {
    this.late ??= Promise.resolve().then(() => {
      this.late = undefined;
      return this.handOver();
    });
  }

  private handOver(): Promise<void> {
    const { visitor, mayStore } = this.ground;
    for (const event of this.events.splice(0)) this.keeper.enqueue(event);
    const changes = this.changes.splice(0);
    return mayStore && changes.length > 0 ? this.keeper.save(visitor.id, changes) : DONE;
  }
}

function queued(event: DecisionEvent, user: VisitUser, time: number): QueuedEvent<VwoEvent> {
  return event.name === 'vwo_variationShown'
    ? impression(user, event.campaignId, event.variationId, time, event.featureId)
    : usageEvent(user, time);
}

/** A visit of nobody, or without settings: every flag is off, nothing is decided or stored. */
export class OffVisit implements Visit {
  private readonly flags = new Map<string, VwoFlag>();

  constructor(
    private readonly visitor: VisitUser | undefined,
    private readonly declared: ReadonlySet<string> | undefined,
    private readonly keeper: Pick<VisitKeeper, 'track' | 'setAttribute'>,
  ) {}

  get user(): VwoUserContext | undefined {
    return this.visitor;
  }

  flag(key: string): VwoFlag {
    const known = this.flags.get(key);
    if (known) return known;
    if (this.declared && !this.declared.has(key)) throw new VwoUndeclaredFlagError(key);
    const off = offFlag(key, this.visitor ? 'no-settings' : 'nobody');
    const flag = new VisitFlag(off, this.visitor);
    this.flags.set(key, flag);
    return flag;
  }

  track(eventName: string, properties?: Readonly<Record<string, unknown>>): boolean {
    return this.keeper.track(this.visitor, eventName, properties);
  }

  setAttribute(attributes: VwoAttributes): boolean {
    return this.keeper.setAttribute(this.visitor, attributes);
  }

  end(): Promise<void> {
    return DONE;
  }
}

const DONE = Promise.resolve();
