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
import { SmallMap } from './small-map.js';

const NONE: readonly never[] = [];

/** The records and events of one visit: which there are, and which were not handed over yet. */
export class Ledger<Event> implements StoredRecords {
  private events: QueuedEvent<Event>[] | undefined;
  /** Changes not handed over, one per key. */
  private changes: StoredChange[] | undefined;
  /** The newest records decided in this visit, by key, those handed over too. */
  private decided: SmallMap<StoredDecision> | undefined;
  private loaded: StoredRecords;
  /** Keys that were asked for and answered. */
  private read: readonly string[] = NONE;
  /** Keys that were asked for in vain; undefined, as nearly always: none. */
  private unread: Set<string> | undefined;
  private savesNoMore = false;

  /**
   * @param found the user's records; undefined where they could not be read
   * @param keys those that were asked for
   */
  constructor(found: StoredRecords | undefined, keys: readonly string[] = NONE) {
    this.loaded = found ?? NOTHING_STORED;
    if (found) this.read = keys;
    else this.unread = new Set(keys);
  }

  /** Whether records wait to be handed over. */
  get hasChanges(): boolean {
    return this.changes !== undefined;
  }

  /** The record under a key as this visit sees it. */
  get(key: string): StoredDecision | undefined {
    return this.decided?.get(key) ?? recordIn(this.loaded, key);
  }

  /** False where the storage could not be read for this key: what is decided then could overwrite what the user had. */
  wasRead(key: string): boolean {
    return !this.unread?.has(key);
  }

  addEvents(user: EventUser, time: number, events: readonly Event[]): void {
    if (this.events) for (const event of events) this.events.push({ user, time, event });
    else this.events = events.map((event) => ({ user, time, event }));
  }

  /** To be saved, unless it was decided without the stored one, or after such a decision: that one may stand behind it. */
  addRecord({ key, record }: NewRecord): void {
    this.savesNoMore ||= !this.wasRead(key);
    if (!this.savesNoMore) this.addChange(key, record);
    (this.decided ??= new SmallMap()).set(key, record);
  }

  /**
   * Records of further keys; those that this visit knows already stay.
   * @param found undefined where they could not be read
   */
  addLoaded(found: StoredRecords | undefined, keys: readonly string[]): void {
    if (!found) {
      const known = new Set(this.read);
      this.unread = new Set([...(this.unread ?? NONE), ...keys.filter((key) => !known.has(key))]);
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

  takeChanges(): readonly StoredChange[] {
    const changes = this.changes ?? NONE;
    this.changes = undefined;
    return changes;
  }

  /** It replaces what was there when it was decided: the record last handed over, or the one loaded. */
  private addChange(key: string, record: StoredDecision): void {
    const before = this.decided?.get(key);
    const waiting = before && this.changes ? this.changes.findIndex((change) => change.key === key) : -1;
    if (waiting !== -1) {
      this.changes?.splice(waiting, 1, { key, record, replaces: this.changes[waiting]?.replaces });
      return;
    }
    const change = { key, record, replaces: before ?? recordIn(this.loaded, key) };
    if (this.changes) this.changes.push(change);
    else this.changes = [change];
  }
}

/** A storage may read records only when they are asked for: one that cannot be read is refused, and harms no request. */
function recordIn(records: StoredRecords, key: string): StoredDecision | undefined {
  try {
    return records.get(key);
  } catch (error) {
    return unreadable(errorText(error));
  }
}
