import { type Clock, type Diagnostics, errorText, isPromise, shown } from '../common/index.js';
import type { FlagReason, GatewayFacts, StoredDecisions, VwoFlag, UserId, VwoUserContext } from '../model/index.js';
import type { PreparedSettings } from '../settings/index.js';
import type { ResolvedClientOptions } from './client.options.js';
import type { DecisionHooks } from './decision-hooks.js';
import type { EventOutlet } from './event-outlet.js';
import { Ledger } from './ledger.js';
import { OffDecider } from './off.decider.js';
import { OpenVisit, type VisitHost } from './open-visit.js';
import type { Decider, DecisionOutcome, Product, SendOutcome, VisitPlan } from './product.js';
import { warnUnsent } from './send-checks.js';
import { type Pruning, pruningOf } from '../storage/index.js';
import type { StorageReader } from './storage-reader.js';
import { VisitUser, visitUserOf } from './visit-user.js';
import { WaitingVisits } from './waiting-visits.js';
import type { WriteBehind } from './write-behind.js';

/** What visits are made of. */
export interface VisitsParts<Settings extends PreparedSettings, Event> {
  readonly options: ResolvedClientOptions;
  readonly product: Product<Settings, Event>;
  readonly reader: StorageReader;
  readonly writes: WriteBehind;
  readonly events: EventOutlet<Event>;
  readonly hooks: DecisionHooks;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
}

const NOTHING_STORED: StoredDecisions = new Map();
const DONE = Promise.resolve();

/** Opens the visits of one client, and takes over what they have decided. */
export class Visits<Settings extends PreparedSettings, Event> implements VisitHost<Event> {
  readonly waiting: WaitingVisits<OpenVisit<Event>>;
  private known: { readonly settings: Settings; readonly keys: ReadonlySet<string> } | undefined;

  constructor(private readonly parts: VisitsParts<Settings, Event>) {
    this.waiting = new WaitingVisits(parts.clock, (visit) => void this.handOver(visit));
  }

  /** Not async: where neither storage nor product has to be waited for, a visit costs one settled promise. Never rejects. */
  open(
    context: VwoUserContext<UserId> | undefined,
    settings: Settings | undefined,
    declared: readonly string[],
  ): Promise<OpenVisit<Event>> {
    this.parts.diagnostics.count('visits');
    const user = this.userOf(context);
    if (!user || !settings) return Promise.resolve(this.off(user, user ? 'no-settings' : 'nobody', declared));
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

  off(user: VisitUser | undefined, reason: FlagReason, declared: readonly string[]): OpenVisit<Event> {
    const { options, diagnostics } = this.parts;
    const visit = new OpenVisit<Event>(user, new Ledger(NOTHING_STORED), false, this);
    const readable = options.preload === 'declared' ? new Set(declared) : undefined;
    return visit.add(readable, new OffDecider(reason, (what) => warnUnsent(diagnostics, what, user)));
  }

  now(): number {
    return this.parts.clock.now();
  }

  undeclared(key: string): Error {
    return this.parts.product.undeclared(key);
  }

  wasRead(visit: OpenVisit<Event>, flag: VwoFlag, { notice, refused }: DecisionOutcome<Event>): void {
    const { diagnostics, hooks } = this.parts;
    if (flag.source === 'rules') diagnostics.count('decisions');
    else if (flag.reason === 'unknown') this.warnUnknown(flag.key);
    if (refused > 0) this.refused(`flag ${shown(flag.key)}`, refused);
    if (notice) hooks.notice?.(notice);
    hooks.onDecision?.(flag, visit);
  }

  /** The impressions that wait go first: VWO counts a conversion only after them. */
  wasSent(visit: OpenVisit<Event>, { notice, events, refused }: SendOutcome<Event>): void {
    if (refused > 0) this.refused('an event', refused);
    if (notice) this.parts.hooks.notice?.(notice);
    if (events.length === 0) return;
    this.queueEvents(visit);
    if (!visit.ledger.hasWaiting) this.waiting.remove(visit); // or it would be kept until the next sweep
  }

  waits(visit: OpenVisit<Event>): void {
    this.waiting.add(visit);
  }

  handOver(visit: OpenVisit<Event>): Promise<void> {
    const { ledger, user } = visit;
    if (!user) return DONE;
    if (ledger.hasWaiting) {
      this.waiting.remove(visit);
      this.queueEvents(visit);
    }
    const changes = ledger.takeChanges();
    const pruning = this.pruningOf(visit, user, changes.length > 0);
    if (!visit.mayStore || (changes.length === 0 && !pruning)) return visit.saving ?? DONE;
    visit.prunable = undefined; // once per visit: what was loaded does not change
    const all = pruning ? [...changes, ...pruning.changes] : changes;
    return (visit.saving = this.parts.writes.saveAfter(visit.saving, user.id, all, pruning?.removals));
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
    const visit = this.planned(user, settings, { keys, reach: 'keys', readable: new Set(keys) });
    return visit instanceof OpenVisit ? run(visit) : visit.then(run);
  }

  private async openLater(
    identified: Promise<VisitUser>,
    settings: Settings,
    declared: readonly string[],
  ): Promise<OpenVisit<Event>> {
    return this.openFor(await identified, settings, declared);
  }

  private openFor(user: VisitUser, settings: Settings, declared: readonly string[]): Promise<OpenVisit<Event>> {
    const { product, options } = this.parts;
    const plan = product.plan(settings, user, declared, options.preload === 'declared');
    const visit = this.planned(user, settings, plan);
    return visit instanceof OpenVisit ? Promise.resolve(visit) : visit;
  }

  /** Storage and gateway are asked at the same time. */
  private planned(user: VisitUser, settings: Settings, plan: VisitPlan): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const stored = this.parts.reader.read(user.id, plan.keys, plan.reach);
    const found = plan.facts ? this.informed(user, plan.facts, stored) : stored;
    return found instanceof Promise
      ? this.begunLater(user, settings, plan, found)
      : this.begun(user, settings, plan, found);
  }

  private async begunLater(
    user: VisitUser,
    settings: Settings,
    plan: VisitPlan,
    found: Promise<StoredDecisions | undefined>,
  ): Promise<OpenVisit<Event>> {
    return this.begun(user, settings, plan, await found);
  }

  /** @param found the user's records; undefined where they could not be read */
  private begun(
    user: VisitUser,
    settings: Settings,
    plan: VisitPlan,
    found: StoredDecisions | undefined,
  ): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const visit = new OpenVisit<Event>(user, new Ledger(found ?? NOTHING_STORED), found !== undefined, this);
    // A storage of the user's own may answer less than a Map.
    if (found && plan.reach === 'user' && typeof found.keys === 'function') {
      visit.prunable = found;
      visit.knownKeys = this.knownKeys(settings);
    }
    return this.joined(visit, user, settings, plan);
  }

  /** Where all of a user's records were loaded, those of features that are gone may be among them. */
  private pruningOf(visit: OpenVisit<Event>, user: VisitUser, isSaving: boolean): Pruning | undefined {
    const { prunable: records, knownKeys: known } = visit;
    try {
      return records && pruningOf({ userId: user.id, records, known, now: this.now(), isSaving });
    } catch (error) {
      return this.notPruned(error);
    }
  }

  /** Storages of the user's own may answer with what is no whole Map: their records stay. */
  private notPruned(error: unknown): undefined {
    this.parts.diagnostics.warnOnce(
      'pruning',
      `Records of features that are gone were not looked for: ${errorText(error)}.`,
    );
  }

  private knownKeys(settings: Settings): ReadonlySet<string> {
    if (this.known?.settings !== settings) {
      this.known = { settings, keys: new Set(this.parts.product.recordKeys(settings)) };
    }
    return this.known.keys;
  }

  private async informed(
    user: VisitUser,
    facts: Promise<GatewayFacts>,
    stored: StoredDecisions | undefined | Promise<StoredDecisions | undefined>,
  ): Promise<StoredDecisions | undefined> {
    const found = await stored;
    VisitUser.learn(user, await facts);
    return found;
  }

  /** The visit, with what this plan makes readable. */
  private joined(
    visit: OpenVisit<Event>,
    user: VisitUser,
    settings: Settings,
    { readable }: VisitPlan,
  ): OpenVisit<Event> | Promise<OpenVisit<Event>> {
    const { ledger: records, mayStore } = visit;
    const decider = this.parts.product.open({ settings, user, records, readable, mayStore, visit });
    if (readable) this.letDeclare(visit, user, settings);
    return isPromise(decider) ? addedLater(visit, readable, decider) : visit.add(readable, decider);
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
    const plan = this.parts.product.plan(settings, user, keys, true);
    const stored = this.parts.reader.read(user.id, plan.keys, plan.reach);
    const found = plan.facts ? await this.informed(user, plan.facts, stored) : await stored;
    if (found) visit.ledger.addLoaded(found);
    else this.storeNoMore(visit);
    await this.joined(visit, user, settings, plan);
  }

  /** What these flags decide could overwrite what the user had. What was decided before is saved all the same. */
  private storeNoMore(visit: OpenVisit<Event>): void {
    void this.handOver(visit); // never rejects
    visit.mayStore = false;
  }

  private queueEvents({ ledger }: OpenVisit<Event>): void {
    for (const event of ledger.takeEvents()) this.parts.events.enqueue(event);
  }

  private warnUnknown(key: string): void {
    const { diagnostics, product } = this.parts;
    diagnostics.warnOnce(`flag:${key}`, `Flag ${shown(key)} is off: the settings know no ${product.noun} of that key.`);
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

async function addedLater<Event>(
  visit: OpenVisit<Event>,
  readable: ReadonlySet<string> | undefined,
  decider: PromiseLike<Decider<Event>>,
): Promise<OpenVisit<Event>> {
  return visit.add(readable, await decider);
}
