import type { PreparedSettings } from '../settings/index.js';
import type { OpenVisit } from './visit/open-visit.js';
import type { VisitUser } from './user/visit-user.js';
import type { Visits } from './visit/visits.js';

/** What is tracked or set outside a visit gets a visit of its own, and those that wait for records are known by it. */
export class BriefVisits<Settings extends PreparedSettings, Event> {
  private readonly waiting = new Set<Promise<unknown>>();

  constructor(private readonly visits: Visits<Settings, Event>) {}

  /** Those whose records are being read. */
  get underWay(): ReadonlySet<Promise<unknown>> {
    return this.waiting;
  }

  /**
   * @param keys of the records that the work needs: it is done at once where there are none, and later where they are read first
   * @returns whether there is something that can be sent; true where records are read first
   */
  run(
    user: VisitUser,
    settings: Settings,
    keys: readonly string[],
    work: (visit: OpenVisit<Event>) => boolean,
  ): boolean {
    const outcome = this.visits.brief(user, settings, keys, work);
    if (typeof outcome === 'boolean') return outcome || keys.length > 0; // the same answer where records come later
    const later = outcome.finally(() => this.waiting.delete(later));
    this.waiting.add(later);
    return true;
  }
}
