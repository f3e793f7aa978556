import { type Clock, Deadline, Diagnostics, keepAliveUntil, shown, type VwoCounters, within } from '../common/index.js';
import { EventQueue } from '../events/index.js';
import type { StoredDecisions, UserId, VwoUserContext } from '../model/index.js';
import { type PreparedSettings, SettingsKeeper } from '../settings/index.js';
import type { VwoStorage } from '../storage/index.js';
import { Transport, VwoHosts } from '../transport/index.js';
import { ClientChanges, type VwoChangeListener } from './client-changes.js';
import type { ClientCore } from './client-core.js';
import type { ResolvedClientOptions } from './client.options.js';
import { DecisionHooks, type VwoIntegrations } from './decision-hooks.js';
import { type EventOutlet, NoEvents } from './event-outlet.js';
import type { OpenVisit } from './open-visit.js';
import type { Product } from './product.js';
import { warnUnsent } from './send-checks.js';
import { StorageReader } from './storage-reader.js';
import { StorageSession } from './storage-session.js';
import { jsonCopy } from './value-copy.js';
import type { Properties, Visit, VwoAttributes } from './visit.js';
import { userIdOf } from './visit-user.js';
import { Visits } from './visits.js';
import { VwoClient } from './vwo-client.js';
import { WriteBehind } from './write-behind.js';

const NO_KEYS: readonly string[] = [];
const NOTHING_STORED: StoredDecisions = new Map();

/** One account of VWO's, whichever product it is: start, settings, visits, storage, events, close. */
export class ProductClient<Settings extends PreparedSettings, Event> extends VwoClient {
  protected readonly core: ClientCore<Settings, Event>;
  protected readonly product: Product<Settings, Event>;
  private readonly options: ResolvedClientOptions;
  private readonly clock: Clock;
  private readonly diagnostics: Diagnostics;
  private readonly storage: VwoStorage;
  private readonly session: StorageSession;
  private readonly writes: WriteBehind;
  private readonly transport: Transport;
  private readonly keeper: SettingsKeeper<Settings>;
  private readonly queue: EventOutlet<Event>;
  private readonly visits: Visits<Settings, Event>;
  private readonly changes: ClientChanges;
  private readonly hooks: DecisionHooks;
  /** Events tracked outside a visit whose records are being read. */
  private readonly underWay = new Set<Promise<unknown>>();
  private starting: Promise<void> | undefined;
  private startedAt = 0;
  private toldStart = false;
  private closing: Promise<void> | undefined;

  /**
   * @param build makes the product; called once, before anything is fetched or opened
   * @param integrations as in VWO's SDKs, where the product has such an option
   */
  constructor(
    options: ResolvedClientOptions,
    build: (core: ClientCore<Settings, Event>) => Product<Settings, Event>,
    integrations?: VwoIntegrations,
  ) {
    super();
    const { clock } = options;
    const diagnostics = new Diagnostics(options.logger, clock);
    this.options = options;
    this.clock = clock;
    this.diagnostics = diagnostics;
    this.transport = new Transport({ clock });
    this.changes = new ClientChanges(diagnostics);
    this.hooks = new DecisionHooks(options.onDecision, integrations, diagnostics);
    this.core = {
      options,
      clock,
      diagnostics,
      transport: this.transport,
      hosts: new VwoHosts(options),
      settings: () => this.keeper.current,
      send: (user, event) => this.queue.enqueue({ user, time: clock.now(), event }),
      notice: (notice) => this.hooks.notice?.(notice),
    };
    const product = build(this.core);
    this.product = product;
    this.session = new StorageSession(options.storage, diagnostics, clock);
    this.storage = product.wrap?.(options.storage) ?? options.storage;
    this.writes = new WriteBehind(this.storage, diagnostics, clock);
    this.queue = options.events
      ? new EventQueue<Event>({ sender: product.sender, ...options.events, diagnostics, clock })
      : new NoEvents();
    this.keeper = new SettingsKeeper<Settings>({
      source: product.source,
      prepare: (raw) => product.prepare(raw),
      pollInterval: options.pollInterval,
      startTimeout: options.startTimeout,
      onStartFailure: options.onStartFailure,
      diagnostics,
      clock,
      onChange: (settings) => this.settingsArrived(settings),
    });
    this.visits = new Visits({
      options,
      product,
      reader: new StorageReader(this.storage, options.storageTimeout, diagnostics, clock),
      writes: this.writes,
      events: this.queue,
      hooks: this.hooks,
      diagnostics,
      clock,
    });
  }

  override get isStarted(): boolean {
    return this.starting !== undefined;
  }

  override get ready(): Promise<void> {
    return this.keeper.ready;
  }

  override onChange(listener: VwoChangeListener): () => void {
    return this.changes.listen(listener);
  }

  start(): Promise<void> {
    return (this.starting ??= keepAliveUntil(this.begin()));
  }

  visit(user: VwoUserContext<UserId> | undefined, keys: readonly string[] = NO_KEYS): Promise<Visit> {
    return this.visits.open(user, this.current(), keys);
  }

  /**
   * Outside a visit. Where the product needs the user's records for it (Full Stack), they are read first: the event leaves a
   * little later, and true means that some campaign has the goal.
   */
  track(user: VwoUserContext<UserId> | undefined, eventName: string, properties?: Properties): boolean {
    const asTracked = jsonCopy(properties);
    return this.briefly(user, `Event ${shown(eventName)}`, {
      keys: (settings) => this.product.recordsToTrack(settings, eventName),
      work: (visit) => visit.trackCopied(eventName, asTracked),
    });
  }

  setAttribute(user: VwoUserContext<UserId> | undefined, attributes: VwoAttributes): boolean {
    const asSet = jsonCopy(attributes);
    return this.briefly(user, 'Attributes', { keys: () => NO_KEYS, work: (visit) => visit.setAttribute(asSet) });
  }

  override setAlias(context: VwoUserContext<UserId> | undefined, aliasId: UserId): Promise<boolean> {
    const user = this.visits.userOf(context);
    if (!user) return Promise.resolve(warnUnsent(this.diagnostics, 'An alias', user));
    if (this.product.setAlias) return this.product.setAlias(user, aliasId);
    this.diagnostics.warnOnce('alias', 'An alias was not set: only FME has aliases.');
    return Promise.resolve(false);
  }

  async storedDecisions(userId: UserId): Promise<StoredDecisions> {
    const id = userIdOf(userId);
    return id ? this.storage.load(id, this.recordKeys()) : NOTHING_STORED;
  }

  async forget(userId: UserId): Promise<void> {
    const id = userIdOf(userId);
    if (id) await this.storage.forget(id, this.recordKeys());
  }

  refresh(): Promise<boolean> {
    return this.keeper.refresh();
  }

  flush(): Promise<boolean> {
    return keepAliveUntil(this.flushAll());
  }

  close(): Promise<void> {
    return (this.closing ??= keepAliveUntil(this.end()));
  }

  counters(): Readonly<VwoCounters> {
    return this.diagnostics.snapshot();
  }

  private get isClosed(): boolean {
    return this.closing !== undefined;
  }

  /** The settings to decide by; undefined after `close`: every flag is off then, as before the first settings. */
  private current(): Settings | undefined {
    if (this.isClosed) {
      this.diagnostics.warnOnce('closed', 'Every flag is off: this client is closed.');
      return undefined;
    }
    if (!this.starting) {
      const cure = 'call `await client.start()` once before its first visit';
      this.diagnostics.warnOnce('not-started', `Every flag is off: this client was not started; ${cure}.`);
    }
    return this.keeper.current;
  }

  private briefly(
    context: VwoUserContext<UserId> | undefined,
    what: string,
    brief: {
      keys: (settings: Settings) => readonly string[] | undefined;
      work: (visit: OpenVisit<Event>) => boolean;
    },
  ): boolean {
    const user = this.visits.userOf(context);
    const settings = this.current();
    if (!user || !settings) return warnUnsent(this.diagnostics, what, user);
    const keys = brief.keys(settings);
    if (!keys) return false;
    const outcome = this.visits.brief(user, settings, keys, brief.work);
    if (typeof outcome === 'boolean') return outcome || keys.length > 0; // the same answer where records come later
    const work = outcome.finally(() => this.underWay.delete(work));
    this.underWay.add(work);
    return true;
  }

  private recordKeys(): readonly string[] {
    const settings = this.keeper.current;
    return settings ? this.product.recordKeys(settings) : NO_KEYS;
  }

  /** Opens nothing once the client is closed: nobody would close that. */
  private async begin(): Promise<void> {
    if (this.isClosed) return;
    this.startedAt = this.clock.monotonic();
    this.tellWhereEventsGo();
    const { accountId, environment, startTimeout } = this.options;
    await this.product.begin?.();
    if (this.isClosed) return;
    await Promise.all([this.session.open({ accountId, environment }, startTimeout), this.keeper.start()]);
  }

  /** Settings that are given make a client look as if it spoke to nobody. */
  private tellWhereEventsGo(): void {
    if (this.product.source.changes || this.options.events === false) return;
    const { events } = this.core.hosts;
    this.diagnostics.info(`Settings are given as an object; events go to ${events}. To send none: \`events: false\`.`);
  }

  private settingsArrived(settings: Settings): void {
    this.changes.tell({ kind: 'settings' });
    if (this.toldStart) return;
    this.toldStart = true;
    const start = this.clock.monotonic() - this.startedAt;
    this.product.started?.(settings, { fetch: this.keeper.fetchTime, start });
  }

  /** What open visits have waiting goes too, with what the product is still writing for them. */
  private async flushAll(): Promise<boolean> {
    await Promise.all(this.underWay);
    await this.product.settled?.();
    this.visits.waiting.handOverAll();
    return this.queue.flush();
  }

  /** Everything within `closeTimeout`: what cannot be written or sent by then is counted and logged. */
  private async end(): Promise<void> {
    const deadline = new Deadline(this.clock, this.options.closeTimeout);
    this.keeper.close();
    await within(this.clock, deadline.left, Promise.all([...this.underWay, this.product.settled?.()]), LATE);
    this.visits.waiting.close();
    await Promise.all([this.writes.drain(deadline.left), this.queue.close(deadline.left)]);
    await this.product.stop?.(deadline.left);
    this.transport.close();
    await this.session.close(deadline.left);
  }
}

const LATE = Symbol('late');
