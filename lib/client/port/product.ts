import type { EventSender } from '../../events/index.js';
import type { DecidedFlag, GatewayFacts, JsonObject, NewRecord, StoredRecords, UserId } from '../../model/index.js';
import type { PreparedSettings, SettingsSource } from '../../settings/index.js';
import type { LoadReach, VwoStorage } from '../../storage/index.js';
import type { ClientCore } from './client-core.js';
import type { VisitUser } from '../user/visit-user.js';
import type { VwoAttributes } from './visit.js';

/**
 * What one product of VWO's adds to a client: FME decided here, FME decided by VWO's SDK, Full Stack. The client owns the life
 * (start, settings, visits, storage, events, close) and asks the product for what differs.
 * `Settings` are the product's own, ready for deciding; `Event` is what it sends, in the shape in which it was decided.
 */
export interface Product<Settings extends PreparedSettings = PreparedSettings, Event = unknown> {
  /** What a flag is in VWO's words, for messages: `feature` or `campaign`. */
  readonly noun: 'feature' | 'campaign';
  /** Only flags that were declared can be read, whatever the option `preload` says. @default false */
  readonly decidesDeclared?: boolean;
  /** Where settings come from. */
  readonly source: SettingsSource;
  /** How events leave. */
  readonly sender: EventSender<Event>;

  /** Before the storage is opened and settings are fetched; rejects where the application must not start. */
  begin?(): Promise<void>;
  /**
   * Parses settings, checks them and makes them ready for deciding; never twice at a time. Throws or rejects with `VwoSettingsError`:
   * the last good stay then.
   */
  prepare(json: Buffer): Settings | Promise<Settings>;
  /** Keys of the flags whose own rules differ between two settings. Never throws. */
  flagsChanged(before: Settings, after: Settings): readonly string[];
  /** Sends the start event; called once, with the first settings. Times in ms. */
  started?(settings: Settings, times: StartTimes): void;

  /** Who the user is to VWO, where that has to be asked first. Never rejects. */
  identify?(user: VisitUser): Promise<VisitUser> | undefined;
  /** Tells VWO another id of a user, where the product has aliases; false, and a warning, where that cannot be. Never rejects. */
  setAlias?(user: VisitUser, aliasId: UserId): Promise<boolean>;
  /** What a visit needs before it opens. `onlyDeclared`: the option `preload` is `'declared'`. */
  plan(settings: Settings, user: VisitUser, declared: readonly string[], onlyDeclared: boolean): VisitPlan;
  /** Opens the deciding for one visit. A promise only where the product has to wait; it never rejects. */
  open(inputs: VisitInputs<Settings, Event>): Decider<Event> | Promise<Decider<Event>>;
  /** What a flag read but not readable in this visit throws. */
  undeclared(key: string): Error;
  /** Keys of the records that tracking an event needs; undefined, and a warning, where nothing knows the event. */
  recordsToTrack(settings: Settings, eventName: string): readonly string[] | undefined;
  /** What tracking takes for an event of this value, where that is not one property more. */
  trackedAs?(value: number | undefined, properties: JsonObject): JsonObject;
  /** Keys of all records that these settings may ask for. */
  recordKeys(settings: Settings): readonly string[];

  /** Keys of the records that deciding what is stored under this key may look at, the key included. Without it none but the key. */
  recordsBehind?(settings: Settings, key: string): readonly string[];

  /** The storage as this product writes to it. */
  wrap?(storage: VwoStorage): VwoStorage;
  /** Settles when the product's own work under way is done. Bounded; never rejects. */
  settled?(): Promise<void>;
  /** Ends what the product keeps running; waits `ms` at most. Never rejects. */
  stop?(ms: number): Promise<void>;
}

/** Makes the product of a client, from what the client gives it to work with. */
export type ProductFactory = (core: ClientCore<PreparedSettings>) => Product;

/**
 * Makes products of one class. Their settings and events are known to them alone, so that the type of a client names neither: safe,
 * as a client gives its product only settings that this product has prepared, and only events that it has decided.
 */
export function productFactory<Settings extends PreparedSettings, Event, Options>(
  Kind: new (core: ClientCore<Settings, Event>, options: Options) => Product<Settings, Event>,
  options: Options,
): ProductFactory {
  return (core) => new Kind(core as unknown as ClientCore<Settings, Event>, options);
}

export interface StartTimes {
  /** How long the first settings took, in ms; 0 where they were given. */
  readonly fetch: number;
  /** How long the whole start took, in ms. */
  readonly start: number;
}

/** What a visit needs before it opens: storage and gateway are asked at the same time. */
export interface VisitPlan {
  /** Keys of the records to load; none: the storage is not asked. */
  readonly keys: readonly string[];
  readonly reach: LoadReach;
  /** The flags that may be read; undefined: all. */
  readonly readable: ReadonlySet<string> | undefined;
  /** What VWO's gateway knows of the user, where the settings ask for it. Bounded; never rejects. */
  readonly facts?: Promise<GatewayFacts> | undefined;
}

/** What deciding starts from: fixed for the visit, whatever the settings or the storage do meanwhile. */
export interface VisitInputs<Settings, Event> {
  readonly settings: Settings;
  readonly user: VisitUser;
  /** The user's records as this visit sees them: those loaded, and on top those decided in it. */
  readonly records: StoredRecords;
  /** As in the plan. */
  readonly readable: ReadonlySet<string> | undefined;
  readonly visit: VisitView<Event>;
}

/** What a decider may ask of its visit, and tell it. */
export interface VisitView<Event> {
  /** Whether a flag was read in this visit. */
  hasRead(key: string): boolean;
  /** Whether a flag may be read in this visit by now: further ones may be declared after it has opened. */
  mayRead(key: string): boolean;
  /** False where the storage could not be read for this key. */
  wasLoaded(key: string): boolean;
  /** For an event that a product sends later than its answer. */
  emit(event: Event): void;
  /** For what was tracked or set, where the product has written it later than it answered: it is queued now, after what waits. */
  send(event: Event): void;
}

/** Decides for one visit. Synchronous; never throws. */
export interface Decider<Event = unknown> {
  /** Whether the settings have a flag of that key. */
  has(key: string): boolean;
  decide(key: string): DecisionOutcome<Event>;
  /** @param properties a copy that nobody changes any more */
  track(eventName: string, properties: JsonObject | undefined): SendOutcome<Event>;
  setAttribute(attributes: VwoAttributes): SendOutcome<Event>;
}

/** What an answer brings with it. */
export interface Effects<Event> {
  /** Records to keep: only those that changed. */
  readonly records: readonly NewRecord[];
  /** Events to send, in order. */
  readonly events: readonly Event[];
  /** Stored records that were not this user's or this flag's, or could not be read. */
  readonly refused: number;
}

export interface DecisionOutcome<Event> extends Effects<Event> {
  /** May be shared between users. */
  readonly flag: DecidedFlag;
  /** What `integrations.callback` is told of this decision. */
  readonly notice?: object | undefined;
}

export interface SendOutcome<Event> extends Effects<Event> {
  /** Whether there was something that can be sent. */
  readonly sent: boolean;
  readonly notice?: object | undefined;
}
