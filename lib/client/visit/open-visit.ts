import type { DecidedFlag, JsonObject, StoredDecisions, UserId, VwoFlag } from '../../model/index.js';
import type { Decider, DecisionOutcome, Effects, SendOutcome } from '../port/product.js';
import type { Ledger } from './ledger.js';
import { jsonCopy } from '../user/value-copy.js';
import { SmallMap } from './small-map.js';
import { VisitFlag } from './visit-flag.js';
import type { VisitUser } from '../user/visit-user.js';
import type { Visit, VwoAttributes } from '../port/visit.js';
import type { WaitingVisit } from './waiting-visits.js';

const DONE = Promise.resolve();

const NONE: readonly never[] = [];
const NO_KEYS: ReadonlySet<string> = new Set();

/** What a visit asks of its client. */
export interface VisitHost<Event> {
  /** Milliseconds since the epoch. */
  now(): number;
  /** What reading a flag that was not declared throws. */
  undeclared(key: string): Error;
  /** A flag was read for the first time. */
  wasRead(visit: OpenVisit<Event>, key: string, outcome: DecisionOutcome<Event>): void;
  /** An event was tracked, or attributes were set. */
  wasSent(visit: OpenVisit<Event>, outcome: SendOutcome<Event>): void;
  /** Something waits in the ledger of a visit that has not ended. */
  waits(visit: OpenVisit<Event>): void;
  /** Queues the events and saves the records that wait. Never rejects. */
  handOver(visit: OpenVisit<Event>): Promise<void>;
  /** The same where answers wait for it, in bounded time; undefined where they do not, or nothing waits. */
  saveFirst(visit: OpenVisit<Event>): Promise<void> | undefined;
}

/** Flags that were declared after the visit had opened, and are decided together. */
interface VisitPart<Event> {
  readonly readable: ReadonlySet<string> | undefined;
  readonly decider: Decider<Event>;
}

/** One user's flags: each decided at its first read, then the same object. Synchronous, and nobody else's. */
export class OpenVisit<Event> implements Visit, WaitingVisit {
  /** What was read: as it was decided, or as the object that somebody has asked for since. Who asks whether a flag is on needs none. */
  private readonly flags = new SmallMap<DecidedFlag | VisitFlag>();
  private readable: ReadonlySet<string> | undefined;
  private decider: Decider<Event> | undefined;
  private laterParts: VisitPart<Event>[] | undefined;
  /** @internal */
  waitingPlace = -1;
  /** @internal */
  waitingSince = 0;
  private ended = false;
  private late: Promise<void> | undefined;
  /** Never rejects. */
  private declaring: Promise<void> = DONE;
  /** The last save of this visit, under way or done; undefined before the first. Never rejects. @internal */
  saving: Promise<void> | undefined;
  /** All of the user's records, as they were loaded; undefined where they were not, and once they were pruned. @internal */
  prunable: StoredDecisions | undefined;
  /** Keys of records that the settings of this visit can ask for. @internal */
  knownKeys: ReadonlySet<string> = NO_KEYS;
  /** Makes more flags readable; undefined where all are. Never rejects. @internal */
  onDeclare: ((keys: readonly string[]) => Promise<void>) | undefined;

  constructor(
    /** Undefined: nobody. @internal */
    readonly decidedFor: VisitUser | undefined,
    /** @internal */
    readonly ledger: Ledger<Event>,
    private readonly host: VisitHost<Event>,
  ) {}

  /** Frozen when the application asks for it: most visits are not asked, and freezing takes as long as several steps of a visit. */
  get user(): VisitUser | undefined {
    Object.freeze(this.decidedFor);
    return this.decidedFor;
  }

  get uuid(): string | undefined {
    return this.decidedFor?.uuid;
  }

  get sessionId(): number | undefined {
    return this.decidedFor?.sessionId;
  }

  flag(key: string): VwoFlag {
    const known = this.decided(key);
    if (known instanceof VisitFlag) return known;
    const flag = new VisitFlag(known, this.decidedFor);
    this.flags.replace(key, flag);
    return flag;
  }

  /** @internal */
  decided(key: string): DecidedFlag | VisitFlag {
    return this.flags.get(key) ?? this.read(key);
  }

  has(key: string): boolean {
    return this.anyDecider.has(key);
  }

  isOf(userId: UserId): boolean {
    return this.decidedFor?.isCalled(userId) ?? false;
  }

  /** One call after the other: two handlers of one request may declare the same flag. */
  declare(keys: readonly string[]): Promise<void> {
    if (keys.every((key) => this.mayRead(key))) return this.declaring;
    const declared = this.declaring.then(async () => {
      const missing = keys.filter((key) => !this.mayRead(key));
      if (missing.length > 0) await this.onDeclare?.(missing);
    });
    this.declaring = declared.catch(() => undefined); // told to whoever asked for it; those that come later ask anew
    return declared;
  }

  track(eventName: string, properties?: JsonObject): boolean {
    return this.trackCopied(eventName, jsonCopy(properties));
  }

  setAttribute(attributes: VwoAttributes): boolean {
    return this.sent(this.anyDecider.setAttribute(attributes));
  }

  /** @internal */
  savedFirst(): Promise<void> | undefined {
    return this.host.saveFirst(this);
  }

  end(): Promise<void> {
    this.ended = true;
    return this.host.handOver(this);
  }

  /** Takes properties that nobody changes any more. @internal */
  trackCopied(eventName: string, properties: JsonObject | undefined): boolean {
    return this.sent(this.anyDecider.track(eventName, properties));
  }

  /** @param readable the flags that may be read; undefined: all. @internal */
  add(readable: ReadonlySet<string> | undefined, decider: Decider<Event>): this {
    if (this.decider) {
      (this.laterParts ??= []).push({ readable, decider });
    } else {
      this.readable = readable;
      this.decider = decider;
    }
    return this;
  }

  /** @internal */
  hasRead(key: string): boolean {
    return this.flags.has(key);
  }

  /** @internal */
  mayRead(key: string): boolean {
    return this.deciderOf(key) !== undefined;
  }

  /** @internal */
  wasLoaded(key: string): boolean {
    return this.ledger.wasRead(key);
  }

  /** Takes an event that the product sends later than its answer. @internal */
  emit(event: Event): void {
    this.keep({ records: NONE, events: [event] });
  }

  /** Takes what was tracked or set, where the product has written it later than it answered. @internal */
  send(event: Event): void {
    this.sent({ sent: true, records: NONE, events: [event], refused: 0 });
  }

  /** Looked up again at the end: `onDecision` may have asked for the object. */
  private read(key: string): DecidedFlag | VisitFlag {
    const decider = this.deciderOf(key);
    if (!decider) throw this.host.undeclared(key);
    const outcome = decider.decide(key);
    this.flags.set(key, outcome.flag);
    this.keep(outcome);
    this.host.wasRead(this, key, outcome);
    return this.flags.get(key) ?? outcome.flag;
  }

  private sent(outcome: SendOutcome<Event>): boolean {
    this.keep(outcome);
    this.host.wasSent(this, outcome);
    return outcome.sent;
  }

  private keep({ records, events }: Pick<Effects<Event>, 'records' | 'events'>): void {
    const { decidedFor: user } = this;
    if (!user || (records.length === 0 && events.length === 0)) return;
    for (const record of records) this.ledger.addRecord(record);
    this.ledger.addEvents(user, this.host.now(), events);
    this.waits();
  }

  private waits(): void {
    if (this.ended) this.handOverSoon();
    else this.host.waits(this);
  }

  /** What comes after the end (work that outlives its request) is saved and sent all the same. */
  private handOverSoon(): void {
    this.late ??= DONE.then(() => {
      this.late = undefined;
      return this.host.handOver(this);
    });
  }

  private deciderOf(key: string): Decider<Event> | undefined {
    if (!this.readable || this.readable.has(key)) return this.decider;
    return this.laterParts?.find(({ readable }) => !readable || readable.has(key))?.decider;
  }

  /** Events, and which flags there are, are about the user and the settings, not about a flag: any part can say it. */
  private get anyDecider(): Decider<Event> {
    return this.decider as Decider<Event>;
  }
}
