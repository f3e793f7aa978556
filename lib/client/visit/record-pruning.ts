import { type Clock, type Diagnostics, errorText } from '../../common/index.js';
import type { StoredDecisions, StoredRecords } from '../../model/index.js';
import type { PreparedSettings } from '../../settings/index.js';
import { needsPruning, type Pruning, pruningOf } from '../../storage/index.js';
import type { OpenVisit } from './open-visit.js';
import type { Product, VisitPlan } from '../port/product.js';
import type { VisitUser } from '../user/visit-user.js';

/** Looks through a user's records for those of features that are gone, where a visit has loaded all of them. */
export class RecordPruning<Settings extends PreparedSettings = PreparedSettings> {
  private known: { readonly settings: Settings; readonly keys: ReadonlySet<string> } | undefined;

  constructor(
    private readonly product: Pick<Product<Settings>, 'recordKeys'>,
    private readonly diagnostics: Diagnostics,
    private readonly clock: Clock,
  ) {}

  /** Notes what the visit has loaded. */
  loaded<Event>(visit: OpenVisit<Event>, settings: Settings, plan: VisitPlan, found: StoredRecords): void {
    if (plan.reach !== 'user' || !isWhole(found)) return;
    visit.prunable = found;
    visit.knownKeys = this.knownKeys(settings);
  }

  /** @param isSaving whether the visit saves anything anyhow */
  of<Event>(visit: OpenVisit<Event>, user: VisitUser, isSaving: boolean): Pruning | undefined {
    const { prunable: records, knownKeys: known } = visit;
    try {
      if (!records || !needsPruning({ records, known, isSaving })) return undefined;
      return pruningOf({ userId: user.id, records, known, now: this.clock.now(), isSaving });
    } catch (error) {
      return this.notPruned(errorText(error, user.id));
    }
  }

  /** Storages of the user's own may answer with what is no whole Map: their records stay. */
  private notPruned(why: string): undefined {
    this.diagnostics.warnOnce('pruning', `Records of features that are gone were not looked for: ${why}.`);
  }

  private knownKeys(settings: Settings): ReadonlySet<string> {
    if (this.known?.settings !== settings) {
      this.known = { settings, keys: new Set(this.product.recordKeys(settings)) };
    }
    return this.known.keys;
  }
}

/** Not where the storage could not be read, or something is kept; and a storage of the user's own may answer less than a Map. */
function isWhole(found: StoredRecords): found is StoredDecisions {
  return typeof (found as Partial<StoredDecisions>).keys === 'function';
}
