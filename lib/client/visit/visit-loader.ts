import { type Diagnostics, errorText, isPromise } from '../../common/index.js';
import type { FlagReason, GatewayFacts, StoredRecords } from '../../model/index.js';
import type { PreparedSettings } from '../../settings/index.js';
import { Ledger } from './ledger.js';
import { OffDecider } from './off.decider.js';
import { OpenVisit } from './open-visit.js';
import { warnUnsent } from '../port/send-checks.js';
import type { Decider, Product, VisitPlan } from '../port/product.js';
import type { RecordPruning } from './record-pruning.js';
import type { StorageReader } from '../records/storage-reader.js';
import { VisitUser } from '../user/visit-user.js';
import type { VisitsHost } from './visits-host.js';

export interface VisitLoaderParts<Settings extends PreparedSettings, Event> {
  readonly product: Product<Settings, Event>;
  readonly reader: StorageReader;
  readonly host: VisitsHost<Settings, Event>;
  readonly pruning: RecordPruning<Settings>;
  readonly diagnostics: Diagnostics;
}

/** Makes visits by a plan: with the user's records, what the gateway knows of the user, and who decides. */
export class VisitLoader<Settings extends PreparedSettings, Event> {
  constructor(private readonly parts: VisitLoaderParts<Settings, Event>) {}

  /** What a visit for this user needs; undefined, and a warning, where the product fails: every flag is off then. */
  plan(user: VisitUser, settings: Settings, declared: readonly string[], onlyDeclared: boolean): VisitPlan | undefined {
    try {
      return this.parts.product.plan(settings, user, declared, onlyDeclared);
    } catch (error) {
      this.parts.diagnostics.warn('plan', `A visit could not be prepared: ${errorText(error)}. Its flags are off.`);
      return undefined;
    }
  }

  /** A promise only where something has to be waited for; it never rejects. */
  load(user: VisitUser, settings: Settings, plan: VisitPlan): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const found = this.found(user, plan);
    return found instanceof Promise
      ? found.then((records) => this.begun(user, settings, plan, records))
      : this.begun(user, settings, plan, found);
  }

  /** Storage and gateway are asked at the same time. */
  private found(user: VisitUser, plan: VisitPlan): StoredRecords | Promise<StoredRecords> {
    const stored = this.parts.reader.read(user.id, plan.keys, plan.reach);
    return plan.facts ? informed(user, plan.facts, stored) : stored;
  }

  private begun(
    user: VisitUser,
    settings: Settings,
    plan: VisitPlan,
    found: StoredRecords,
  ): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const { host, pruning } = this.parts;
    const visit = new OpenVisit<Event>(user, new Ledger(found, plan.keys), host);
    pruning.loaded(visit, settings, plan, found);
    return this.joined(visit, user, settings, plan);
  }

  /** The visit, with what this plan makes readable. */
  private joined(
    visit: OpenVisit<Event>,
    user: VisitUser,
    settings: Settings,
    { readable }: VisitPlan,
  ): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const decider = this.parts.product.open({ settings, user, records: visit.ledger, readable, visit });
    if (readable) this.letDeclare(visit, user, settings);
    return isPromise(decider) ? addedLater(visit, readable, decider) : visit.add(readable, decider);
  }

  /** Decides that every flag is off. */
  off(user: VisitUser | undefined, reason: FlagReason): OffDecider {
    return new OffDecider(reason, (what) => warnUnsent(this.parts.diagnostics, what, user));
  }

  private letDeclare(visit: OpenVisit<Event>, user: VisitUser, settings: Settings): void {
    visit.onDeclare = (keys) => this.extended(visit, user, settings, keys);
  }

  /** Further flags were declared: their records are loaded into the open visit. */
  private async extended(
    visit: OpenVisit<Event>,
    user: VisitUser,
    settings: Settings,
    keys: readonly string[],
  ): Promise<void> {
    const plan = this.plan(user, settings, keys, true);
    if (!plan) return void visit.add(new Set(keys), this.off(user, 'nobody'));
    const found = await this.found(user, plan);
    visit.ledger.addLoaded(found, plan.keys);
    await this.joined(visit, user, settings, plan);
  }
}

async function informed(
  user: VisitUser,
  facts: Promise<GatewayFacts>,
  stored: StoredRecords | Promise<StoredRecords>,
): Promise<StoredRecords> {
  const found = await stored;
  VisitUser.learn(user, await facts);
  return found;
}

async function addedLater<Event>(
  visit: OpenVisit<Event>,
  readable: ReadonlySet<string> | undefined,
  decider: PromiseLike<Decider<Event>>,
): Promise<OpenVisit<Event>> {
  return visit.add(readable, await decider);
}
