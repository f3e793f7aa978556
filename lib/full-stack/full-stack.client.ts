import { applicationUser, OffVisit } from '../fme/index.js';
import { within } from '../common/index.js';
import { type Visit, type VwoAttributes, VwoClient } from '../client/index.js';
import { StorageReader } from '../client/index.js';
import { warnUnsent } from '../client/index.js';
import { closeStorage, openStorage } from '../client/index.js';
import { StorageLease } from '../storage/index.js';
import { type VisitUser, visitUserOf } from '../client/index.js';
import { WriteBehind } from '../client/index.js';
import type { Clock } from '../common/index.js';
import { Diagnostics, type VwoCounters } from '../common/index.js';
import type { StoredDecisions, UserId, VwoUserContext } from '../model/index.js';
import { EventQueue } from '../events/index.js';
import { shown } from '../common/index.js';
import { SettingsKeeper, settingsSourceOf } from '../settings/index.js';
import { Transport, VwoHosts } from '../transport/index.js';
import { CompiledCampaigns } from './compiled-campaigns.js';
import { type FullStackEvent, FullStackSender } from './full-stack.events.js';
import {
  type FullStackClientOptions,
  type ResolvedFullStackOptions,
  resolveFullStackOptions,
} from './full-stack.options.js';
import { parseFullStackSettings } from './full-stack.settings.js';
import { type FullStackKeeper, FullStackVisit } from './full-stack.visit.js';
import { GoalKeepingStorage } from './goal-keeping.storage.js';
import { SdkInstance } from './sdk.instance.js';
import { FullStackSettingsSource } from './settings.source.js';
import { tagsOf } from './tags.js';
import type { FullStackTrackOptions } from './track.options.js';

const NOTHING_STORED: StoredDecisions = new Map();
const LATE = Symbol('late');

type TrackOptions = FullStackTrackOptions | Readonly<Record<string, unknown>>;

/** VWO Full Stack: `vwo-node-sdk` decides, everything around it is this library's. The client without Nest. */
export class FullStackClient extends VwoClient {
  private readonly options: ResolvedFullStackOptions;
  private readonly clock: Clock;
  private readonly diagnostics: Diagnostics;
  private readonly reader: StorageReader;
  private readonly lease: StorageLease;
  private readonly writes: WriteBehind;
  private readonly transport: Transport;
  private readonly keeper: SettingsKeeper<CompiledCampaigns>;
  private readonly queue: EventQueue<FullStackEvent>;
  /** What visits may ask of this client. */
  private readonly forVisits: FullStackKeeper;
  /** Goals that are tracked outside a visit: each opens one of its own. */
  private readonly underWay = new Set<Promise<void>>();
  private starting: Promise<void> | undefined;
  private closing: Promise<void> | undefined;

  /** Throws `VwoOptionsError` for options that cannot work. Nothing is fetched or opened before `start`. */
  constructor(given: FullStackClientOptions) {
    super();
    const options = resolveFullStackOptions(given);
    const { accountId, sdkKey, clock, storage, goalTypeToTrack, shouldTrackReturningUser } = options;
    const diagnostics = new Diagnostics(options.logger, clock);
    const transport = new Transport({ clock });
    const hosts = new VwoHosts(options);
    this.options = options;
    this.clock = clock;
    this.diagnostics = diagnostics;
    this.transport = transport;
    this.lease = new StorageLease(storage);
    this.reader = new StorageReader(storage, options.storageTimeout, diagnostics, clock);
    this.writes = new WriteBehind(new GoalKeepingStorage(storage), diagnostics, clock);
    const complain = (message: string): void =>
      diagnostics.warn(`sdk:${message.slice(0, 40)}`, `vwo-node-sdk: ${message}`);
    const behaviour = { goalTypeToTrack, shouldTrackReturningUser, complain };
    this.keeper = new SettingsKeeper({
      source: settingsSourceOf(
        options.settingsFile,
        new FullStackSettingsSource({ transport, hosts, accountId, sdkKey }),
      ),
      prepare: (raw) => {
        const settings = parseFullStackSettings(raw, accountId);
        return new CompiledCampaigns(settings, new SdkInstance(settings, behaviour));
      },
      pollInterval: options.pollInterval,
      startTimeout: options.startTimeout,
      onStartFailure: options.onStartFailure,
      diagnostics,
      clock,
    });
    const collectionPrefix = () => this.keeper.current?.collectionPrefix;
    const sender = new FullStackSender({ transport, hosts, collectionPrefix, diagnostics }, { accountId, sdkKey });
    this.queue = new EventQueue<FullStackEvent>({ sender, ...options.events, diagnostics, clock });
    this.forVisits = {
      diagnostics,
      goalTypeToTrack,
      shouldTrackReturningUser,
      enqueue: (event) => this.enqueue(event),
      save: (userId, changes) => this.writes.save(userId, changes),
    };
  }

  start(): Promise<void> {
    return (this.starting ??= this.begin());
  }

  async visit(user: VwoUserContext<UserId> | undefined, keys: readonly string[] = []): Promise<Visit> {
    this.diagnostics.count('visits');
    const declared = this.options.preload === 'declared' ? new Set(keys) : undefined;
    const book = this.keeper.current;
    const visitor = this.visitor(user);
    if (!visitor || !book) return new OffVisit(visitor, declared, this);
    const stored = await (declared
      ? this.reader.read(visitor.id, book.storedKeys(keys), 'keys')
      : this.reader.read(visitor.id, book.keys, 'user'));
    return new FullStackVisit(
      { visitor, book, stored: stored ?? NOTHING_STORED, declared, mayStore: stored !== undefined },
      this.forVisits,
    );
  }

  /**
   * Outside a visit: the records are read first, so the goal is tracked a little later, and what is answered is whether
   * some campaign has it. Inside one, `visit.track` answers whether it was tracked.
   */
  track(user: VwoUserContext<UserId> | undefined, goal: string, options: TrackOptions = {}): boolean {
    const visitor = this.visitor(user);
    const book = this.keeper.current;
    if (!visitor || !book) return warnUnsent(this.diagnostics, `Goal ${shown(goal)}`, visitor);
    const keys = book.keysWithGoal(goal, this.options.goalTypeToTrack);
    if (keys.length === 0) {
      this.diagnostics.warnOnce(`goal:${goal}`, `Goal ${shown(goal)} was not tracked: no campaign has it.`);
      return false;
    }
    const work = this.trackLater(visitor, keys, goal, options).finally(() => this.underWay.delete(work));
    this.underWay.add(work);
    return true;
  }

  /** Tags of a user, for VWO's reports; Full Stack's name is `push`. */
  setAttribute(user: VwoUserContext<UserId> | undefined, attributes: VwoAttributes): boolean {
    const visitor = this.visitor(user);
    const book = this.keeper.current;
    if (!visitor || !book) return warnUnsent(this.diagnostics, 'Tags', visitor);
    const tags = tagsOf(attributes, this.diagnostics);
    if (!tags) return false;
    const hear = (event: FullStackEvent): void => this.enqueue(event);
    return book.sdk.push({ user: visitor, stored: () => undefined, store: () => undefined, hear }, tags);
  }

  /** The same as `setAttribute`. */
  push(user: VwoUserContext<UserId> | undefined, tags: VwoAttributes): boolean {
    return this.setAttribute(user, tags);
  }

  async storedDecisions(userId: string): Promise<StoredDecisions> {
    return this.options.storage.load(userId, this.keeper.current?.keys ?? []);
  }

  forget(userId: string): Promise<void> {
    return this.options.storage.forget(userId, this.keeper.current?.keys ?? []);
  }

  refresh(): Promise<boolean> {
    return this.keeper.refresh();
  }

  async flush(): Promise<boolean> {
    await Promise.all(this.underWay);
    return this.queue.flush();
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  counters(): Readonly<VwoCounters> {
    return this.diagnostics.snapshot();
  }

  /** As the SDK wrote it: whose event it is stands in the event itself. */
  private enqueue(event: FullStackEvent): void {
    const time = this.clock.now();
    this.queue.enqueue({ user: applicationUser(this.options, time), time, event });
  }

  private async begin(): Promise<void> {
    await Promise.all([this.openStorage(), this.keeper.start()]);
  }

  private async trackLater(
    visitor: VisitUser,
    keys: readonly string[],
    goal: string,
    options: TrackOptions,
  ): Promise<void> {
    const visit = await this.visit(visitor, keys);
    visit.track(goal, options as Readonly<Record<string, unknown>>);
    await visit.end();
  }

  private openStorage(): Promise<void> {
    const { accountId, environment, startTimeout } = this.options;
    return openStorage(this.lease, { accountId, environment }, startTimeout, this.clock, this.diagnostics);
  }

  private async end(): Promise<void> {
    const { closeTimeout } = this.options;
    const until = this.clock.now() + closeTimeout;
    this.keeper.close();
    await within(this.clock, closeTimeout, Promise.all(this.underWay), LATE);
    await this.writes.drain(Math.max(0, until - this.clock.now()));
    await this.queue.close(Math.max(0, until - this.clock.now()));
    this.transport.close();
    await closeStorage(this.lease, closeTimeout, this.clock, this.diagnostics);
  }

  private visitor(user: VwoUserContext<UserId> | undefined): VisitUser | undefined {
    return visitUserOf(user, this.options.accountId, this.clock.now(), this.diagnostics);
  }
}
