import { type FlagReason, NOTHING_STORED, type UserId, type VwoUserContext } from '../../model/index.js';
import { channels } from '../../common/index.js';
import type { PreparedSettings } from '../../settings/index.js';
import { Ledger } from './ledger.js';
import { OpenVisit } from './open-visit.js';
import { RecordPruning } from './record-pruning.js';
import { VisitHandOver } from './visit-hand-over.js';
import { VisitLoader } from './visit-loader.js';
import { type VisitUser, visitUserOf } from '../user/visit-user.js';
import { toldVisit } from './told-visit.js';
import type { VisitsParts } from './visits-parts.js';
import { VisitsHost } from './visits-host.js';
import type { WaitingVisits } from './waiting-visits.js';

/** Opens the visits of one client: who it is, then what was decided for them, where there are settings to decide by. */
export class Visits<Settings extends PreparedSettings, Event> {
  private readonly host: VisitsHost<Settings, Event>;
  private readonly handOver: VisitHandOver<Event>;
  private readonly loader: VisitLoader<Settings, Event>;

  constructor(private readonly parts: VisitsParts<Settings, Event>) {
    const pruning = new RecordPruning(parts.product, parts.diagnostics, parts.clock);
    this.handOver = new VisitHandOver(parts, pruning);
    this.host = new VisitsHost(parts, this.handOver);
    this.loader = new VisitLoader({ ...parts, host: this.host, pruning });
  }

  /** The open visits in which something waits. */
  get waiting(): WaitingVisits<OpenVisit<Event>> {
    return this.handOver.waiting;
  }

  /** A promise only where storage or product has to be waited for; it never rejects. */
  open(
    context: VwoUserContext<UserId> | undefined,
    settings: Settings | undefined,
    declared: readonly string[],
  ): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    this.parts.diagnostics.counters.visits += 1;
    if (!channels.visits.hasSubscribers) return this.opened(context, settings, declared);
    return toldVisit(this.parts, () => this.opened(context, settings, declared));
  }

  private opened(
    context: VwoUserContext<UserId> | undefined,
    settings: Settings | undefined,
    declared: readonly string[],
  ): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const user = this.userOf(context);
    if (!user || !settings) return this.off(user, user ? 'no-settings' : 'nobody', declared);
    const identified = this.parts.product.identify?.(user);
    return identified ? this.openLater(identified, settings, declared) : this.openFor(user, settings, declared);
  }

  /** A visit of its own for one event, with these records and no other flags: `work` runs at once where nothing has to be waited for. Never rejects. */
  brief(
    user: VisitUser,
    settings: Settings,
    keys: readonly string[],
    work: (visit: OpenVisit<Event>) => boolean,
  ): boolean | Promise<boolean> {
    const identified = this.parts.product.identify?.(user);
    if (identified) return identified.then((known) => this.briefly(known, settings, keys, work));
    return this.briefly(user, settings, keys, work);
  }

  /** The user of a visit; undefined, and a warning, where the id is none. */
  userOf(context: VwoUserContext<UserId> | undefined): VisitUser | undefined {
    const { options, clock, diagnostics } = this.parts;
    return visitUserOf(context, options.accountId, clock.now(), diagnostics);
  }

  private off(user: VisitUser | undefined, reason: FlagReason, declared: readonly string[]): OpenVisit<Event> {
    const visit = new OpenVisit<Event>(user, new Ledger(NOTHING_STORED), this.host);
    const decider = this.loader.off(user, reason);
    if (this.parts.options.preload !== 'declared') return visit.add(undefined, decider);
    visit.onDeclare = async (keys) => void visit.add(new Set(keys), decider);
    return visit.add(new Set(declared), decider);
  }

  private briefly(
    user: VisitUser,
    settings: Settings,
    keys: readonly string[],
    work: (visit: OpenVisit<Event>) => boolean,
  ): boolean | Promise<boolean> {
    const run = (visit: OpenVisit<Event>): boolean => {
      const result = work(visit);
      void visit.end(); // never rejects
      return result;
    };
    const visit = this.loader.load(user, settings, { keys, reach: 'keys', readable: new Set(keys) });
    return visit instanceof OpenVisit ? run(visit) : visit.then(run);
  }

  private async openLater(
    identified: Promise<VisitUser>,
    settings: Settings,
    declared: readonly string[],
  ): Promise<OpenVisit<Event>> {
    return this.openFor(await identified, settings, declared);
  }

  private openFor(
    user: VisitUser,
    settings: Settings,
    declared: readonly string[],
  ): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const plan = this.loader.plan(user, settings, declared, this.parts.options.preload === 'declared');
    return plan ? this.loader.load(user, settings, plan) : this.off(undefined, 'nobody', declared);
  }
}
