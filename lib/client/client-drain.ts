import { Deadline, within } from '../common/index.js';
import type { PreparedSettings } from '../settings/index.js';
import type { BriefVisits } from './brief-visits.js';
import type { ClientParts } from './client-parts.js';

const LATE = Symbol('late');

/** What a client still has to write and send: at a flush, and at its end. */
export class ClientDrain<Settings extends PreparedSettings, Event> {
  constructor(
    private readonly parts: ClientParts<Settings, Event>,
    private readonly briefVisits: BriefVisits<Settings, Event>,
  ) {}

  /** What open visits have waiting goes too, with what the product is still writing for them. True when nothing is left. */
  async flush(): Promise<boolean> {
    await Promise.all(this.briefVisits.underWay);
    await this.parts.product.settled?.();
    this.parts.visits.waiting.handOverAll();
    return this.parts.events.flush();
  }

  /** Everything within `closeTimeout`: what cannot be written or sent by then is counted and logged. Never rejects. */
  async close(): Promise<void> {
    const { core, product, keeper, visits, reader, writes, events, session } = this.parts;
    const deadline = new Deadline(core.clock, core.options.closeTimeout);
    const settings = keeper.close();
    await within(core.clock, deadline.left, Promise.all([...this.briefVisits.underWay, product.settled?.()]), LATE);
    reader.close();
    visits.waiting.close();
    await Promise.all([writes.drain(deadline.left), events.close(deadline.left)]);
    await product.stop?.(deadline.left);
    core.transport.close();
    await Promise.all([within(core.clock, deadline.left, settings, LATE), session.close(deadline.left)]);
  }
}
