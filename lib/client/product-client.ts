import { keepAliveUntil, shown, type VwoAccount, type VwoCounters } from '../common/index.js';
import type { ClientName, FlagKey, JsonObject, StoredDecisions, UserId, VwoUserContext } from '../model/index.js';
import type { PreparedSettings } from '../settings/index.js';
import { MemoryStorage } from '../storage/index.js';
import { BriefVisits } from './brief-visits.js';
import type { VwoChangeListener } from './port/client-changes.js';
import { statsOf } from './client-stats.js';
import { ClientDrain } from './client-drain.js';
import { type ClientParts, clientParts } from './client-parts.js';
import { ClientStart } from './client-start.js';
import type { ResolvedClientOptions } from './port/client.options.js';
import type { VwoIntegrations } from './port/decision-hooks.js';
import type { OpenVisit } from './visit/open-visit.js';
import type { ProductFactory } from './port/product.js';
import { warnUnsent } from './port/send-checks.js';
import { StoredUsers } from './records/stored-users.js';
import { jsonCopy } from './user/value-copy.js';
import type { Visit, VwoAttributes } from './port/visit.js';
import { type VisitNeeds, VwoClient } from './port/vwo-client.js';
import type { VwoStats } from './port/vwo-stats.js';

const NO_KEYS: readonly never[] = [];

/** Known to the product only, so that the type of a client names nothing of its product. */
type Settings = PreparedSettings;
type Event = unknown;

/** One account of VWO's, whichever product it is: start, settings, visits, storage, events, close. */
export class ProductClient extends VwoClient {
  private readonly parts: ClientParts<Settings, Event>;
  private readonly life: ClientStart<Settings, Event>;
  private readonly briefVisits: BriefVisits<Settings, Event>;
  private readonly storedUsers: StoredUsers<Settings, Event>;
  private readonly drain: ClientDrain<Settings, Event>;
  private closing: Promise<void> | undefined;

  /**
   * @param build makes the product; called once, before anything is fetched or opened
   * @param integrations as in VWO's SDKs, where the product has such an option
   * @internal
   */
  constructor(options: ResolvedClientOptions, build: ProductFactory, integrations?: VwoIntegrations) {
    super();
    const onSettings = (settings: Settings, before: Settings | undefined): void =>
      this.settingsArrived(settings, before);
    const parts = clientParts<Settings, Event>({ options, product: build, integrations, onSettings });
    this.parts = parts;
    this.life = new ClientStart(parts);
    this.briefVisits = new BriefVisits(parts.visits);
    this.storedUsers = new StoredUsers(parts.storage, parts.writes, parts.product, parts.keeper);
    this.drain = new ClientDrain(parts, this.briefVisits);
  }

  override get isStarted(): boolean {
    return this.life.wasAsked;
  }

  override get ready(): Promise<void> {
    return this.parts.keeper.ready;
  }

  /** @internal */
  override get visitNeeds(): VisitNeeds {
    const { core, product } = this.parts;
    const { preload, save } = core.options;
    return {
      declared: preload === 'declared' || product.decidesDeclared === true,
      savedFirst: save === 'before-response',
    };
  }

  /** @internal */
  override get needsClose(): boolean {
    const { events, storage } = this.parts.core.options;
    return events !== false || !(storage instanceof MemoryStorage);
  }

  override get isReady(): boolean {
    return !this.closing && this.parts.keeper.current !== undefined;
  }

  override get account(): VwoAccount {
    return this.parts.core.account;
  }

  override onChange(listener: VwoChangeListener): () => void {
    return this.parts.changes.listen(listener);
  }

  start(): Promise<void> {
    return this.life.start();
  }

  /**
   * As of every client. `visit<'partners'>(user)` has the flags that are known of the client of that name (`VwoClientFlags`),
   * `visit<string>(user)` any.
   */
  visit<Client extends ClientName = undefined>(
    user: VwoUserContext<UserId> | undefined,
    keys: readonly FlagKey<Client>[] = NO_KEYS,
  ): Promise<Visit<Client>> {
    // Which flags there are is the settings' to know, and the application's to say.
    return Promise.resolve(this.opened(user, keys)) as Promise<unknown> as Promise<Visit<Client>>;
  }

  /** Where a class below, or a spy, has a `visit` of its own, that one says what a visit is. @internal */
  override openVisit(
    user: VwoUserContext<UserId> | undefined,
    keys: readonly string[] = NO_KEYS,
  ): Visit | Promise<Visit> {
    return this.visit === ProductClient.prototype.visit ? this.opened(user, keys) : this.visit(user, keys);
  }

  /**
   * Outside a visit. Where the product needs the user's records for it (Full Stack), they are read first: the event leaves a
   * little later, and true means that some campaign has the goal.
   */
  track(user: VwoUserContext<UserId> | undefined, eventName: string, properties?: JsonObject): boolean {
    const asTracked = jsonCopy(properties);
    return this.briefly(user, `Event ${shown(eventName)}`, {
      keys: (settings) => this.parts.product.recordsToTrack(settings, eventName),
      work: (visit) => visit.trackCopied(eventName, asTracked),
    });
  }

  setAttribute(user: VwoUserContext<UserId> | undefined, attributes: VwoAttributes): boolean {
    const asSet = jsonCopy(attributes);
    return this.briefly(user, 'Attributes', { keys: () => NO_KEYS, work: (visit) => visit.setAttribute(asSet) });
  }

  override trackedAs(value: number | undefined, properties: JsonObject): JsonObject {
    return this.parts.product.trackedAs?.(value, properties) ?? super.trackedAs(value, properties);
  }

  override setAlias(context: VwoUserContext<UserId> | undefined, aliasId: UserId): Promise<boolean> {
    const { core, product, visits } = this.parts;
    const { diagnostics } = core;
    const user = visits.userOf(context);
    if (!user) return Promise.resolve(warnUnsent(diagnostics, 'An alias', user));
    if (product.setAlias) return product.setAlias(user, aliasId);
    diagnostics.warnOnce('alias', 'An alias was not set: only FME has aliases.');
    return Promise.resolve(false);
  }

  storedDecisions(userId: UserId): Promise<StoredDecisions> {
    return this.storedUsers.load(userId);
  }

  forget(userId: UserId): Promise<void> {
    return this.storedUsers.forget(userId);
  }

  refresh(): Promise<boolean> {
    return this.parts.keeper.refresh();
  }

  flush(): Promise<boolean> {
    return keepAliveUntil(this.drain.flush());
  }

  close(): Promise<void> {
    return (this.closing ??= keepAliveUntil(this.end()));
  }

  counters(): Readonly<VwoCounters> {
    return this.parts.core.diagnostics.snapshot();
  }

  override stats(): VwoStats {
    return statsOf(this.parts);
  }

  private opened(user: VwoUserContext<UserId> | undefined, keys: readonly string[]): Visit | Promise<Visit> {
    return this.parts.visits.open(user, this.current(), keys);
  }

  /** The settings to decide by; undefined after `close`: every flag is off then, as before the first settings. */
  private current(): Settings | undefined {
    const { diagnostics } = this.parts.core;
    if (this.closing) {
      diagnostics.warnOnce('closed', 'Every flag is off: this client is closed.');
      return undefined;
    }
    if (!this.isStarted) {
      const cure = 'call `await client.start()` once before its first visit';
      diagnostics.warnOnce('not-started', `Every flag is off: this client was not started; ${cure}.`);
    }
    return this.parts.keeper.current;
  }

  private briefly(
    context: VwoUserContext<UserId> | undefined,
    what: string,
    brief: {
      keys: (settings: Settings) => readonly string[] | undefined;
      work: (visit: OpenVisit<Event>) => boolean;
    },
  ): boolean {
    const user = this.parts.visits.userOf(context);
    const settings = this.current();
    if (!user || !settings) return warnUnsent(this.parts.core.diagnostics, what, user);
    const keys = brief.keys(settings);
    return keys ? this.briefVisits.run(user, settings, keys, brief.work) : false;
  }

  private settingsArrived(settings: Settings, before: Settings | undefined): void {
    const { changes, product, states } = this.parts;
    states.settings.note('no-settings', false);
    if (changes.areHeard) {
      const flagsChanged = before && product.flagsChanged(before, settings);
      changes.tell({ kind: 'settings', ...(flagsChanged && { flagsChanged }) });
    }
    this.life.settingsArrived(settings);
  }

  private end(): Promise<void> {
    this.life.close();
    this.parts.states.settings.note('no-settings', true);
    return this.drain.close();
  }
}
