import { errorText } from '../common/index.js';
import type { QueuedEvent } from '../events/index.js';
import type { NewRecord, StoredChange, StoredDecision, StoredRecords } from '../model/index.js';
import { unreadable } from '../storage/index.js';

/** The records and events of one visit: which there are, and which were not handed over yet. */
export class Ledger<Event> implements StoredRecords {
  private waitingEvents: QueuedEvent<Event>[] = [];
  /** Changes not handed over, by key. */
  private waitingRecords: Map<string, StoredChange> | undefined;
  /** Records handed over, by key: the next one of the same key replaces them. */
  private handedOver: Map<string, StoredDecision> | undefined;

  constructor(private loaded: StoredRecords) {}

  /** Whether something waits to be handed over. */
  get hasWaiting(): boolean {
    return this.waitingEvents.length > 0 || this.waitingRecords !== undefined;
  }

  /** The record under a key as this visit sees it. */
  get(key: string): StoredDecision | undefined {
    return this.waitingRecords?.get(key)?.record ?? this.known(key);
  }

  addEvent(event: QueuedEvent<Event>): void {
    this.waitingEvents.push(event);
  }

  /** It replaces what was there when it was decided: the record last handed over, or the one loaded. */
  addRecord({ key, record }: NewRecord): void {
    const waiting = this.waitingRecords?.get(key);
    const replaces = waiting ? waiting.replaces : this.known(key);
    (this.waitingRecords ??= new Map()).set(key, { key, record, replaces });
  }

  /** Records loaded later; those that this visit knows already stay. */
  addLoaded(records: StoredRecords): void {
    const earlier = this.loaded;
    this.loaded = { get: (key) => earlier.get(key) ?? records.get(key) };
  }

  takeEvents(): readonly QueuedEvent<Event>[] {
    const events = this.waitingEvents;
    if (events.length > 0) this.waitingEvents = [];
    return events;
  }

  /** One change per key. */
  takeChanges(): readonly StoredChange[] {
    if (!this.waitingRecords) return NO_CHANGES;
    const changes = [...this.waitingRecords.values()];
    this.waitingRecords = undefined;
    this.handedOver ??= new Map();
    for (const { key, record } of changes) this.handedOver.set(key, record);
    return changes;
  }

  private known(key: string): StoredDecision | undefined {
    return this.handedOver?.get(key) ?? recordIn(this.loaded, key);
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

const NO_CHANGES: readonly StoredChange[] = [];
