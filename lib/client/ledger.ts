import { errorText } from '../common/index.js';
import type { EventUser, QueuedEvent } from '../events/index.js';
import type { NewRecord, StoredChange, StoredDecision, StoredRecords } from '../model/index.js';
import { unreadable } from '../storage/index.js';

const NONE: readonly never[] = [];

/** The records and events of one visit: which there are, and which were not handed over yet. */
export class Ledger<Event> implements StoredRecords {
  private events: QueuedEvent<Event>[] | undefined;
  /** Changes not handed over, one per key. */
  private changes: StoredChange[] | undefined;
  /** The newest records decided in this visit, by key, those handed over too. */
  private decided: Map<string, StoredDecision> | undefined;

  constructor(private loaded: StoredRecords) {}

  /** Whether something waits to be handed over. */
  get hasWaiting(): boolean {
    return this.events !== undefined || this.changes !== undefined;
  }

  /** The record under a key as this visit sees it. */
  get(key: string): StoredDecision | undefined {
    return this.decided?.get(key) ?? recordIn(this.loaded, key);
  }

  addEvents(user: EventUser, time: number, events: readonly Event[]): void {
    if (this.events) for (const event of events) this.events.push({ user, time, event });
    else this.events = events.map((event) => ({ user, time, event }));
  }

  /** It replaces what was there when it was decided: the record last handed over, or the one loaded. */
  addRecord({ key, record }: NewRecord): void {
    const before = this.decided?.get(key);
    const waiting = before && this.changes ? this.changes.findIndex((change) => change.key === key) : -1;
    if (waiting === -1) this.addChange({ key, record, replaces: before ?? recordIn(this.loaded, key) });
    else this.changes?.splice(waiting, 1, { key, record, replaces: this.changes[waiting]?.replaces });
    (this.decided ??= new Map()).set(key, record);
  }

  /** Records loaded later; those that this visit knows already stay. */
  addLoaded(records: StoredRecords): void {
    const earlier = this.loaded;
    this.loaded = { get: (key) => earlier.get(key) ?? records.get(key) };
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

  private addChange(change: StoredChange): void {
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
