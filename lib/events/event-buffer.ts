import { eventBytes, userBytes } from './event-bytes.js';
import type { QueuedEvent } from './queued-event.js';
import { Ring } from './ring.js';

export interface EventBufferOptions {
  /** Events kept at once. */
  readonly most: number;
  /** The memory that they may take, in bytes, estimated. Each counts with its whole user, though those of one visit share theirs. */
  readonly mostBytes: number;
  /** Called for each event that had to go. */
  readonly lost: (why: Overflow) => void;
}

/** There are too many; they have too many bytes; one has too many by itself. */
export type Overflow = 'events' | 'bytes' | 'one';

/** In bytes, estimated: 5,000 events of 1.6 kB. The JSON of what is being sent takes memory as well. */
const LARGE = 8 * 1024 * 1024;

interface Held<E> {
  readonly event: QueuedEvent<E>;
  /** Its user's included. */
  readonly bytes: number;
  readonly userBytes: number;
}

/** What waits to be sent and what is being sent: bounded in number and in bytes, the oldest first. */
export class EventBuffer<E> {
  private readonly ring = new Ring<Held<E>>();
  private underWay: readonly Held<E>[] = [];
  private waitingBytes = 0;
  private underWayBytes = 0;
  private left = 0;

  constructor(private readonly options: EventBufferOptions) {}

  /** Events that wait or are being sent. */
  get size(): number {
    return this.ring.length + this.underWay.length;
  }

  /** Of these. */
  get bytes(): number {
    return this.waitingBytes + this.underWayBytes;
  }

  /** Events that wait. */
  get waiting(): number {
    return this.ring.length;
  }

  /** Events that have left for good, sent or dropped, since the beginning. */
  get departed(): number {
    return this.left;
  }

  /** Where there is no room the oldest that wait go; an event that would have none even then goes itself, and costs no other. */
  add(event: QueuedEvent<E>): void {
    const { most, mostBytes } = this.options;
    const { last } = this.ring; // often of the same visit
    const ofUser = last?.event.user === event.user ? last.userBytes : userBytes(event.user, mostBytes);
    const bytes = ofUser + eventBytes(event, mostBytes);
    if (this.underWayBytes + bytes > mostBytes) return this.drop(bytes > mostBytes ? 'one' : 'bytes');
    this.ring.push({ event, bytes, userBytes: ofUser });
    this.waitingBytes += bytes;
    if (this.size > most) this.dropOldest('events');
    while (this.bytes > mostBytes) this.dropOldest('bytes');
  }

  /**
   * The oldest `most` at most, to be sent; `settle` says what became of them. More than `least` only as long as they are no more than
   * `LARGE` together.
   */
  take(most: number, least = most): readonly QueuedEvent<E>[] {
    const taken: Held<E>[] = [];
    let bytes = 0;
    while (taken.length < most && (taken.length < least || bytes < LARGE)) {
      const held = this.ring.shift();
      if (!held) break;
      taken.push(held);
      bytes += held.bytes;
    }
    this.underWay = taken;
    this.underWayBytes = bytes;
    this.waitingBytes -= bytes;
    return taken.map(({ event }) => event);
  }

  /** Of those taken, `again` wait again, before the others; the rest has left. */
  settle(again: readonly QueuedEvent<E>[]): void {
    const waitAgain = new Set(again);
    const kept = waitAgain.size === 0 ? [] : this.underWay.filter(({ event }) => waitAgain.has(event));
    this.left += this.underWay.length - kept.length;
    this.underWay = [];
    this.underWayBytes = 0;
    this.waitingBytes += bytesIn(kept);
    this.ring.putBack(kept);
  }

  /** Drops what waits; the answer is how many. */
  clear(): number {
    const dropped = this.ring.take(this.ring.length).length;
    this.waitingBytes = 0;
    this.left += dropped;
    return dropped;
  }

  private dropOldest(why: Overflow): void {
    this.waitingBytes -= this.ring.shift()?.bytes ?? 0;
    this.drop(why);
  }

  private drop(why: Overflow): void {
    this.left += 1;
    this.options.lost(why);
  }
}

function bytesIn(held: readonly Held<unknown>[]): number {
  return held.reduce((sum, { bytes }) => sum + bytes, 0);
}
