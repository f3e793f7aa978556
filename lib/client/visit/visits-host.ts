import { channels, shown, within } from '../../common/index.js';
import type { PreparedSettings } from '../../settings/index.js';
import type { OpenVisit, VisitHost } from './open-visit.js';
import type { DecisionOutcome, SendOutcome } from '../port/product.js';
import type { VisitHandOver } from './visit-hand-over.js';
import type { VisitsParts } from './visits-parts.js';

type Parts<Settings extends PreparedSettings, Event> = Pick<
  VisitsParts<Settings, Event>,
  'options' | 'account' | 'product' | 'hooks' | 'diagnostics' | 'clock'
>;

/** What open visits ask of their client and tell it: counted, logged, told to the application, handed over. */
export class VisitsHost<Settings extends PreparedSettings, Event> implements VisitHost<Event> {
  constructor(
    private readonly parts: Parts<Settings, Event>,
    private readonly handingOver: VisitHandOver<Event>,
  ) {}

  now(): number {
    return this.parts.clock.now();
  }

  undeclared(key: string): Error {
    return this.parts.product.undeclared(key);
  }

  wasRead(visit: OpenVisit<Event>, key: string, { flag, notice, refused }: DecisionOutcome<Event>): void {
    const { account, diagnostics, hooks } = this.parts;
    if (flag.source === 'rules') diagnostics.counters.decisions += 1;
    else if (flag.reason === 'unknown') this.warnUnknown(flag.key);
    if (refused > 0) this.refused(`flag ${shown(flag.key)}`, refused);
    if (notice) hooks.notice?.(notice);
    hooks.onDecision?.(visit.flag(key), visit);
    if (!channels.evaluations.hasSubscribers) return;
    channels.evaluations.publish({ account, user: visit.user, flag: visit.flag(key) });
  }

  wasSent(visit: OpenVisit<Event>, { notice, events, refused }: SendOutcome<Event>): void {
    if (refused > 0) this.refused('an event', refused);
    if (notice) this.parts.hooks.notice?.(notice);
    if (events.length > 0) this.handingOver.queueEvents(visit);
  }

  waits(visit: OpenVisit<Event>): void {
    this.handingOver.waiting.add(visit);
  }

  handOver(visit: OpenVisit<Event>): Promise<void> {
    return this.handingOver.handOver(visit);
  }

  saveFirst(visit: OpenVisit<Event>): Promise<void> | undefined {
    const { options, clock } = this.parts;
    if (options.save !== 'before-response' || !(visit.ledger.hasChanges || visit.saving)) return undefined;
    const saving = this.handOver(visit);
    void saving.then(() => {
      if (visit.saving === saving) visit.saving = undefined; // what comes next does not wait for it again
    });
    return within(clock, options.storageTimeout, saving, undefined);
  }

  private warnUnknown(key: string): void {
    const { diagnostics, product } = this.parts;
    diagnostics.warnOnce(
      `flag:${shown(key)}`,
      `Flag ${shown(key)} is off: the settings know no ${product.noun} of that key.`,
    );
  }

  private refused(what: string, records: number): void {
    const { diagnostics, product } = this.parts;
    diagnostics.count('storageRecordsRefused', records);
    diagnostics.warn(
      'storage-record',
      `A stored record for ${what} was ignored: it is another user's or ${product.noun}'s, or not a record of VWO's.`,
    );
  }
}
