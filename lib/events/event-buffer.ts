import { eventBytes, userBytes } from './event-bytes.js';
import type { EventUser, QueuedEvent } from './queued-event.js';
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

/** What waits to be sent and what is being sent: bounded in number and in bytes, the oldest first. */
export class EventBuffer<E> {
  /** Each with its bytes, its user's included. */
  private readonly ring = new Ring<QueuedEvent<E>>();
  private underWay: readonly QueuedEvent<E>[] = [];
  /** Of each. */
  private underWaySizes: readonly number[] = [];
  private waitingBytes = 0;
  private underWayBytes = 0;
  private left = 0;
  /** Whose event came last: the next one is often of the same visit. */
  private user: EventUser | undefined;
  private userBytes = 0;

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
    if (this.user !== event.user) this.meet(event.user);
    const bytes = this.userBytes + eventBytes(event, mostBytes);
    if (this.underWayBytes + bytes > mostBytes) return this.drop(bytes > mostBytes ? 'one' : 'bytes');
    this.ring.push(event, bytes);
    this.waitingBytes += bytes;
    if (this.size > most) this.dropOldest('events');
    while (this.bytes > mostBytes) this.dropOldest('bytes');
  }

  /**
   * The oldest `most` at most, to be sent; `settle` says what became of them. More than `least` only as long as they are no more than
   * `LARGE` together.
   */
  take(most: number, least = most): readonly QueuedEvent<E>[] {
    const taken: QueuedEvent<E>[] = [];
    const sizes: number[] = [];
    let bytes = 0;
    while (taken.length < most && this.ring.length > 0 && (taken.length < least || bytes < LARGE)) {
      const size = this.ring.firstWeight;
      taken.push(this.ring.shift() as QueuedEvent<E>);
      sizes.push(size);
      bytes += size;
    }
    this.underWay = taken;
    this.underWaySizes = sizes;
    this.underWayBytes = bytes;
    this.waitingBytes -= bytes;
    return taken;
  }

  /** Of those taken, `again` wait again, before the others; the rest has left. */
  settle(again: readonly QueuedEvent<E>[]): void {
    const waitAgain = new Set(again);
    const kept: QueuedEvent<E>[] = [];
    const sizes: number[] = [];
    for (let i = 0; waitAgain.size > 0 && i < this.underWay.length; i++) {
      const event = this.underWay[i] as QueuedEvent<E>;
      if (!waitAgain.has(event)) continue;
      kept.push(event);
      sizes.push(this.underWaySizes[i] as number);
    }
    this.left += this.underWay.length - kept.length;
    this.underWay = [];
    this.underWaySizes = [];
    this.underWayBytes = 0;
    this.waitingBytes += sizes.reduce((sum, size) => sum + size, 0);
    this.ring.putBack(kept, sizes);
  }

  /** Drops what waits; the answer is how many. */
  clear(): number {
    const dropped = this.ring.clear();
    this.user = undefined;
    this.waitingBytes = 0;
    this.left += dropped;
    return dropped;
  }

  private meet(user: EventUser): void {
    this.user = user;
    this.userBytes = userBytes(user, this.options.mostBytes);
  }

  private dropOldest(why: Overflow): void {
    this.waitingBytes -= this.ring.firstWeight;
    this.ring.drop();
    this.drop(why);
  }

  private drop(why: Overflow): void {
    this.left += 1;
    this.options.lost(why);
  }
}
