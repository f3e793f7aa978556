import type { Clock } from '../../common/index.js';
import type { EventOutlet } from './event-outlet.js';
import type { OpenVisit } from './open-visit.js';
import type { RecordPruning } from './record-pruning.js';
import { WaitingVisits } from './waiting-visits.js';
import type { WriteBehind } from '../records/write-behind.js';

interface Parts<Event> {
  readonly writes: WriteBehind;
  readonly events: EventOutlet<Event>;
  readonly clock: Clock;
}

const DONE = Promise.resolve();

/** Takes over what visits have decided: events into the queue, records into the storage. */
export class VisitHandOver<Event> {
  /** The open visits in which something waits. */
  readonly waiting: WaitingVisits<OpenVisit<Event>>;

  constructor(
    private readonly parts: Parts<Event>,
    private readonly pruning: RecordPruning,
  ) {
    this.waiting = new WaitingVisits(parts.clock, (visit) => void this.handOver(visit));
  }

  /** Events and records. Settles when the records are saved, or kept because they cannot be; never rejects. */
  handOver(visit: OpenVisit<Event>): Promise<void> {
    const { ledger, decidedFor: user } = visit;
    if (!user) return DONE;
    this.waiting.remove(visit);
    this.enqueue(visit);
    const changes = ledger.takeChanges();
    const blind = ledger.takeBlindChanges();
    if (blind.length > 0) return (visit.saving = this.parts.writes.saveBlind(user.id, changes, blind));
    const pruning = this.pruning.of(visit, user, changes.length > 0);
    if (changes.length === 0 && !pruning) return visit.saving ?? DONE;
    visit.prunable = undefined; // once per visit: what was loaded does not change
    const all = pruning ? [...changes, ...pruning.changes] : changes;
    return (visit.saving = this.parts.writes.saveAfter(visit.saving, user.id, all, pruning?.removals));
  }

  /** Events alone, those that wait first: VWO counts a conversion only after its impressions. */
  queueEvents(visit: OpenVisit<Event>): void {
    this.enqueue(visit);
    if (!visit.ledger.hasChanges) this.waiting.remove(visit); // or it would be kept until the next sweep
  }

  private enqueue({ ledger }: OpenVisit<Event>): void {
    for (const event of ledger.takeEvents()) this.parts.events.enqueue(event);
  }
}
