import { OneInProcess, refuse, type VwoAccount, type VwoCounters } from '../../common/index.js';
import {
  type FlagKey,
  isBranded,
  isObject,
  type JsonObject,
  type StoredDecisions,
  type UserId,
  type VwoUserContext,
} from '../../model/index.js';
import type { VwoChangeListener } from './client-changes.js';
import type { Visit, VwoAttributes } from './visit.js';
import { statsOfOtherClient, type VwoStats } from './vwo-stats.js';

/** Marks clients of every copy of this package: `instanceof` knows only those of its own copy. */
const BRAND = Symbol.for('nestjs-vwo:client');

/** What visits of a client need of whoever opens them. */
export interface VisitNeeds {
  /** Only flags that were declared can be read. */
  readonly declared: boolean;
  /** Answers wait until their decisions are saved. */
  readonly savedFirst: boolean;
}

const NO_NEEDS: VisitNeeds = Object.freeze({ declared: false, savedFirst: false });

/** VWO for one account: the port that Nest talks to. */
@OneInProcess('VwoClient')
export abstract class VwoClient {
  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /** Whether `start` was called. */
  get isStarted(): boolean {
    return true; // a client of another kind that does not say
  }

  /** Gets the settings, bounded by `startTimeout`. Rejects only where the options ask for it. A second call waits for the first. */
  abstract start(): Promise<void>;

  /** Settles with the first settings, or when the client closes before; never rejects. A client of another kind that tells nothing is ready at once. */
  get ready(): Promise<void> {
    return Promise.resolve();
  }

  /** Whether there are settings to decide by: not before the first, nor after `close`. */
  get isReady(): boolean {
    return true; // a client of another kind that does not say
  }

  /** Whether something of it is lost where its process ends without `close`. @internal */
  get needsClose(): boolean {
    return false; // a client of another kind that does not say
  }

  /** What whoever opens its visits has to heed. @internal */
  get visitNeeds(): VisitNeeds {
    return NO_NEEDS; // a client of another kind that does not say
  }

  /** Whose client it is; undefined where a client of another kind does not say. The same object at each call. */
  get account(): VwoAccount | undefined {
    return undefined;
  }

  /** Listens to what changes: see `VwoClientChange`. The answer ends it. */
  onChange(_listener: VwoChangeListener): () => void {
    return () => undefined; // a client of another kind that tells nothing
  }

  /**
   * Opens a visit: one storage read, then everything is synchronous. Never rejects, bounded in time.
   * No user, no settings yet, or after `close`: a visit in which every flag is off.
   * `keys`: the flags that will be read; needed with `preload: 'declared'` and on VWO's own SDK, which decides them now.
   */
  abstract visit(user: VwoUserContext<UserId> | undefined, keys?: readonly FlagKey[]): Promise<Visit>;

  /** As `visit`, and the visit itself where nothing has to be waited for: it spares each request the promises. @internal */
  openVisit(user: VwoUserContext<UserId> | undefined, keys?: readonly FlagKey[]): Visit | Promise<Visit> {
    return this.visit(user, keys);
  }

  /** Queues a custom event; false (and one warning) when nobody is known or the settings do not know its name. Never throws. */
  abstract track(user: VwoUserContext<UserId> | undefined, eventName: string, properties?: JsonObject): boolean;

  /** What `track` takes for an event of this value: for FME one property more, `value`; for Full Stack the goal's `revenue`, beside `properties`. */
  trackedAs(value: number | undefined, properties: JsonObject): JsonObject {
    return value === undefined ? properties : { ...properties, value };
  }

  /** Queues attributes of a user; false (and one warning) when there is nothing that can be sent. Never throws. */
  abstract setAttribute(user: VwoUserContext<UserId>, attributes: VwoAttributes): boolean;

  /**
   * Tells VWO another id of a user, e.g. that of the guest who has signed in: with the option `aliasing`, visits of either id
   * are this user's. FME with VWO's gateway only; waits for it 5 s at most. False, and a warning, where it cannot be set, the
   * id is blank or the user's own, or nobody is known. Never rejects.
   */
  setAlias(_user: VwoUserContext<UserId> | undefined, _aliasId: UserId): Promise<boolean> {
    return Promise.resolve(false); // a client of another kind that knows no aliases
  }

  /** Everything that is stored for one user. Rejects when the storage does. */
  abstract storedDecisions(userId: UserId): Promise<StoredDecisions>;

  /** Deletes everything that is stored for one user. Rejects when the storage does. */
  abstract forget(userId: UserId): Promise<void>;

  /** Fetches the settings now. True when they changed; rejects when they could not be fetched (the last good stay). */
  abstract refresh(): Promise<boolean>;

  /**
   * Sends what is queued now, and what open visits have waiting. True when all of it has left. While VWO asks to be left alone
   * (`Retry-After`) nothing is sent. Saves are not waited for.
   */
  abstract flush(): Promise<boolean>;

  /** Drains with a deadline, ends every timer, closes what the client opened. Never rejects; calling twice is fine. */
  abstract close(): Promise<void>;

  /** What was counted since the start. */
  abstract counters(): Readonly<VwoCounters>;

  /** How this client is doing: what was counted, and the states of settings, storage and events with since when. A frozen copy. */
  stats(): VwoStats {
    return statsOfOtherClient(this);
  }
}

/** Whether this is a client, of this copy of the package or of another one. For a class, ask for its `prototype`. */
export function isVwoClient(value: unknown): value is VwoClient {
  return isBranded(value, BRAND);
}

/** The client that is meant where a `VwoService` or a client is taken. Throws `VwoOptionsError` for anything else. */
export function clientOf(vwo: unknown): VwoClient {
  if (isVwoClient(vwo)) return vwo;
  const client = isObject(vwo) ? vwo['client'] : undefined;
  return isVwoClient(client) ? client : refuse('vwo', 'a VwoService or a VwoClient', vwo);
}
