import type { VisitView } from '../client/index.js';
import type { SdkEvent } from './sdk.events.js';

/** One position in the order of a visit's events. */
interface EventSlot {
  readonly events: SdkEvent[];
  /** Whether this was tracked or set, and is queued at once. */
  readonly isTracked: boolean;
  /** The SDK writes its events still. */
  isOpen: boolean;
}

/** Where the SDK writes what was tracked. */
export interface ReservedSlot {
  readonly onEvent: (event: SdkEvent) => void;
  /** The SDK has written everything, or nobody waits for it any longer. */
  readonly close: () => void;
}

const NONE: readonly never[] = [];

/**
 * The events of one visit, in the order in which its flags were read and its events tracked. The SDK writes what was tracked a
 * moment later: an impression of a flag that was read meanwhile waits for it.
 */
export class OrderedEvents {
  private readonly slots: EventSlot[] = [];

  constructor(private readonly visit: Pick<VisitView<SdkEvent>, 'emit' | 'send'>) {}

  /** Impressions: those that need not wait are given back. */
  inOrder(events: readonly SdkEvent[]): readonly SdkEvent[] {
    if (this.slots.length === 0) return events;
    if (events.length > 0) this.slots.push({ events: [...events], isTracked: false, isOpen: false });
    return NONE;
  }

  /** An impression that comes after its flag was read. */
  add(event: SdkEvent): void {
    for (const each of this.inOrder([event])) this.visit.emit(each);
  }

  /** For what is tracked now. */
  reserve(): ReservedSlot {
    const slot: EventSlot = { events: [], isTracked: true, isOpen: true };
    this.slots.push(slot);
    return {
      onEvent: (event) => {
        if (slot.isOpen) slot.events.push(event);
        else this.visit.send(event);
      },
      close: () => {
        slot.isOpen = false;
        this.release();
      },
    };
  }

  private release(): void {
    const open = this.slots.findIndex(({ isOpen }) => isOpen);
    const ready = this.slots.splice(0, open < 0 ? this.slots.length : open);
    for (const { events, isTracked } of ready) {
      for (const event of events) {
        if (isTracked) this.visit.send(event);
        else this.visit.emit(event);
      }
    }
  }
}
