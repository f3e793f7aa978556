import { errorText } from '../../common/index.js';
import type { EventUser, QueuedEvent } from '../../events/index.js';
import {
  type NewRecord,
  NOTHING_STORED,
  type StoredChange,
  type StoredDecision,
  type StoredRecords,
} from '../../model/index.js';
import { unreadable } from '../../storage/index.js';
import { UnreadRecords } from '../records/found-records.js';
import { SmallMap } from './small-map.js';

const NONE: readonly never[] = [];

/** The records and events of one visit: which there are, and which were not handed over yet. */
export class Ledger<Event> implements StoredRecords {
  private events: QueuedEvent<Event>[] | undefined;
  /** Changes not handed over, one per key; those that were decided blind stand apart. */
  private changes: StoredChange[] | undefined;
  private blindChanges: StoredChange[] | undefined;
  /** The newest records decided in this visit, by key, those handed over too. */
  private decided: SmallMap<StoredDecision> | undefined;
  private loaded: StoredRecords;
  /** What is kept of the user, where the storage could not be read. */
  private kept: UnreadRecords | undefined;
  /** Keys that were asked for and answered. */
  private read: readonly string[] = NONE;
  /** Keys that were asked for in vain; undefined, as nearly always: none. */
  private unread: Set<string> | undefined;
  /** Something was decided without its stored record: what comes after it may stand on that. */
  private isBlind = false;

  /**
   * @param found the user's records
   * @param keys those that were asked for
   */
  constructor(found: StoredRecords, keys: readonly string[] = NONE) {
    if (found instanceof UnreadRecords) {
      this.loaded = NOTHING_STORED;
      this.kept = found;
      this.unread = new Set(keys);
    } else {
      this.loaded = found;
      this.read = keys;
    }
  }

  /** Whether records wait to be handed over. */
  get hasChanges(): boolean {
    return this.changes !== undefined || this.blindChanges !== undefined;
  }

  /** The record under a key as this visit sees it. */
  get(key: string): StoredDecision | undefined {
    return this.decided?.get(key) ?? this.found(key);
  }

  /** False where the storage could not be read for this key. */
  wasRead(key: string): boolean {
    return !this.unread?.has(key);
  }

  addEvents(user: EventUser, time: number, events: readonly Event[]): void {
    if (this.events) for (const event of events) this.events.push({ user, time, event });
    else this.events = events.map((event) => ({ user, time, event }));
  }

  addRecord({ key, record }: NewRecord): void {
    this.isBlind ||= !this.wasRead(key);
    this.addChange(key, record);
    (this.decided ??= new SmallMap()).set(key, record);
  }

  /** Records of further keys; those that this visit knows already stay. */
  addLoaded(found: StoredRecords, keys: readonly string[]): void {
    if (found instanceof UnreadRecords) {
      const known = new Set(this.read);
      this.unread = new Set([...(this.unread ?? NONE), ...keys.filter((key) => !known.has(key))]);
      this.kept = found;
      return;
    }
    const earlier = this.loaded;
    this.loaded = { get: (key) => earlier.get(key) ?? found.get(key) };
    this.read = [...this.read, ...keys];
    for (const key of keys) this.unread?.delete(key);
  }

  takeEvents(): readonly QueuedEvent<Event>[] {
    const events = this.events ?? NONE;
    this.events = undefined;
    return events;
  }

  /** Those that were decided knowing what is stored. */
  takeChanges(): readonly StoredChange[] {
    const changes = this.changes ?? NONE;
    this.changes = undefined;
    return changes;
  }

  /** Those that were not: they may be stored where nothing is. */
  takeBlindChanges(): readonly StoredChange[] {
    const changes = this.blindChanges ?? NONE;
    this.blindChanges = undefined;
    return changes;
  }

  /** It replaces what was there when it was decided: the record last handed over, or the one loaded. */
  private addChange(key: string, record: StoredDecision): void {
    const before = this.decided?.get(key);
    if (before && (renewed(this.changes, key, record) || renewed(this.blindChanges, key, record))) return;
    const change = { key, record, replaces: before ?? this.found(key) };
    if (this.isBlind) (this.blindChanges ??= []).push(change);
    else if (this.changes) this.changes.push(change);
    else this.changes = [change];
  }

  private found(key: string): StoredDecision | undefined {
    return recordIn(this.loaded, key) ?? this.kept?.get(key);
  }
}

/** Puts a record in the place of one that waits under its key; false where there is none. */
function renewed(changes: StoredChange[] | undefined, key: string, record: StoredDecision): boolean {
  const waiting = changes?.findIndex((change) => change.key === key) ?? -1;
  if (!changes || waiting === -1) return false;
  changes[waiting] = { key, record, replaces: changes[waiting]?.replaces };
  return true;
}

/** A storage may read records only when they are asked for: one that cannot be read is refused, and harms no request. */
function recordIn(records: StoredRecords, key: string): StoredDecision | undefined {
  try {
    return records.get(key);
  } catch (error) {
    return unreadable(errorText(error));
  }
}
