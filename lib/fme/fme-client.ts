import type { Clock } from '../common/index.js';
import { Diagnostics, type VwoCounters } from '../common/index.js';
import { compile, type CompiledSettings, gatewayQuestions, storedKeysFor } from './engine/index.js';
import {
  type Decision,
  type GatewayFacts,
  type StoredDecisions,
  type UserId,
  type VwoUserContext,
} from '../model/index.js';
import { attributesEvent, customEvent, startEvent, type VwoEvent } from './events/event.js';
import { applicationUser } from './events/payload.js';
import { fmeBatches } from './events/wire-format.js';
import { BatchSender, EventQueue } from '../events/index.js';
import { Gateway } from './gateway/gateway.js';
import { shown } from '../common/index.js';
import { SettingsKeeper, settingsSourceOf } from '../settings/index.js';
import type { VwoStorage } from '../storage/index.js';
import { Transport, VwoHosts } from '../transport/index.js';
import { type FmeClientOptions, type ResolvedFmeOptions, resolveFmeOptions } from './fme.options.js';
import { parseSettings } from './settings-schema.js';
import { FmeSettingsSource } from './settings.source.js';
import { FmeVisit, OffVisit, type VisitKeeper } from './fme-visit.js';
import type { Visit } from '../client/index.js';
import { StorageReader } from '../client/index.js';
import { areSendable, isKnownEvent, warnUnsent } from '../client/index.js';
import { closeStorage, openStorage } from '../client/index.js';
import { StorageLease } from '../storage/index.js';
import { type VisitUser, visitUserOf } from '../client/index.js';
import { type VwoAttributes, VwoClient } from '../client/index.js';
import { WriteBehind } from '../client/index.js';

const NOTHING_STORED: StoredDecisions = new Map();

/** VWO Feature Management & Experimentation, decided natively: the client without Nest. */
export class FmeClient extends VwoClient {
  private readonly options: ResolvedFmeOptions;
  private readonly clock: Clock;
  private readonly diagnostics: Diagnostics;
  private readonly storage: VwoStorage;
  private readonly reader: StorageReader;
  private readonly lease: StorageLease;
  private readonly writes: WriteBehind;
  private readonly transport: Transport;
  private readonly keeper: SettingsKeeper<CompiledSettings>;
  private readonly queue: EventQueue<VwoEvent>;
  private readonly gateway: Gateway | undefined;
  /** What a visit may ask of its client; no part of the client's own face. */
  private readonly forVisits: VisitKeeper = {
    now: () => this.clock.now(),
    decided: (key, decision, settings) => this.decided(key, decision, settings),
    enqueue: (event) => this.queue.enqueue(event),
    save: (userId, changes) => this.writes.save(userId, changes),
    track: (visitor, eventName, properties) => this.track(visitor, eventName, properties),
    setAttribute: (visitor, attributes) => this.setAttribute(visitor, attributes),
  };
  private starting: Promise<void> | undefined;
  private startedAt = 0;
  private told = false;
  private closing: Promise<void> | undefined;

  /** Throws `VwoOptionsError` for options that cannot work. Nothing is fetched or opened before `start`. */
  constructor(given: FmeClientOptions) {
    super();
    const options = resolveFmeOptions(given);
    const { accountId, sdkKey, clock, storage } = options;
    const diagnostics = new Diagnostics(options.logger, clock);
    const transport = new Transport({ clock });
    const hosts = new VwoHosts(options);
    this.options = options;
    this.clock = clock;
    this.diagnostics = diagnostics;
    this.storage = storage;
    this.transport = transport;
    this.lease = new StorageLease(storage);
    this.reader = new StorageReader(storage, options.storageTimeout, diagnostics, clock);
    this.writes = new WriteBehind(storage, diagnostics, clock);
    this.keeper = new SettingsKeeper({
      source: settingsSourceOf(options.settings, new FmeSettingsSource({ transport, hosts, accountId, sdkKey })),
      prepare: (raw) => compile(parseSettings(raw, accountId)),
      pollInterval: options.pollInterval,
      startTimeout: options.startTimeout,
      onStartFailure: options.onStartFailure,
      diagnostics,
      clock,
      onChange: (settings) => this.began(settings),
    });
    const collectionPrefix = () => this.keeper.current?.collectionPrefix;
    const sender = new BatchSender(
      { transport, hosts, collectionPrefix, diagnostics },
      fmeBatches({ accountId, sdkKey }),
    );
    this.queue = new EventQueue({ sender, ...options.events, diagnostics, clock });
    this.gateway = options.gateway && new Gateway({ transport, accountId, ...options.gateway, diagnostics, clock });
  }

  start(): Promise<void> {
    return (this.starting ??= this.begin());
  }

  /** Not async: where neither storage nor gateway has to be waited for, a visit costs one settled promise. */
  visit(user: VwoUserContext<UserId> | undefined, keys: readonly string[] = []): Promise<Visit> {
    this.diagnostics.count('visits');
    const declared = this.options.preload === 'declared' ? new Set(keys) : undefined;
    const settings = this.keeper.current;
    const visitor = this.visitor(user);
    if (!visitor || !settings) return Promise.resolve(new OffVisit(visitor, declared, this.forVisits));
    const facts = this.facts(visitor, settings, declared && keys);
    const storedKeys = declared ? storedKeysFor(settings, keys) : settings.storedKeys;
    const stored = this.reader.read(visitor.id, storedKeys, declared ? 'keys' : 'user');
    const open = (found: StoredDecisions | undefined): Visit =>
      new FmeVisit({ visitor, settings, stored: found ?? NOTHING_STORED, declared, mayStore: !!found }, this.forVisits);
    if (facts) return this.informed(visitor, facts, stored, open);
    return stored instanceof Promise ? stored.then(open) : Promise.resolve(open(stored));
  }

  track(
    user: VwoUserContext<UserId> | undefined,
    eventName: string,
    properties?: Readonly<Record<string, unknown>>,
  ): boolean {
    const visitor = this.visitor(user);
    const settings = this.keeper.current;
    if (!visitor || !settings) return warnUnsent(this.diagnostics, `Event ${shown(eventName)}`, visitor);
    if (!isKnownEvent(this.diagnostics, settings.eventNames, eventName)) return false;
    if (!isSilent(visitor, settings)) this.queue.enqueue(customEvent(visitor, eventName, properties, this.now()));
    return true;
  }

  setAttribute(user: VwoUserContext<UserId> | undefined, attributes: VwoAttributes): boolean {
    const visitor = this.visitor(user);
    const settings = this.keeper.current;
    if (!visitor || !settings) return warnUnsent(this.diagnostics, 'Attributes', visitor);
    if (!areSendable(this.diagnostics, attributes)) return false;
    if (!isSilent(visitor, settings)) this.queue.enqueue(attributesEvent(visitor, attributes, this.now()));
    return true;
  }

  async storedDecisions(userId: string): Promise<StoredDecisions> {
    return this.storage.load(userId, this.keeper.current?.storedKeys ?? []);
  }

  forget(userId: string): Promise<void> {
    return this.storage.forget(userId, this.keeper.current?.storedKeys ?? []);
  }

  refresh(): Promise<boolean> {
    return this.keeper.refresh();
  }

  flush(): Promise<boolean> {
    return this.queue.flush();
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  counters(): Readonly<VwoCounters> {
    return this.diagnostics.snapshot();
  }

  private now(): number {
    return this.clock.now();
  }

  private decided(key: string, { flag, refused }: Decision, settings: CompiledSettings): void {
    if (refused > 0) this.refused(key, refused);
    if (flag.source === 'rules') this.diagnostics.count('decisions');
    else if (flag.source === 'none' && !settings.has(key)) {
      this.diagnostics.warnOnce(`flag:${key}`, `Flag ${shown(key)} is off: the settings know no feature of that key.`);
    }
  }

  private async begin(): Promise<void> {
    this.startedAt = this.now();
    await Promise.all([this.openStorage(), this.keeper.start()]);
  }

  /** Tells VWO of this start, once, as soon as there are settings. */
  private began(settings: CompiledSettings): void {
    if (this.told) return;
    this.told = true;
    if (settings.wasInitializedEarlier) return;
    const now = this.now();
    this.queue.enqueue(
      startEvent(applicationUser(this.options, now), this.keeper.fetchTime, now - this.startedAt, now),
    );
  }

  private openStorage(): Promise<void> {
    const { accountId, environment, startTimeout } = this.options;
    return openStorage(this.lease, { accountId, environment }, startTimeout, this.clock, this.diagnostics);
  }

  private async end(): Promise<void> {
    const until = this.now() + this.options.closeTimeout;
    this.keeper.close();
    await this.writes.drain(until - this.now());
    await this.queue.close(Math.max(0, until - this.now()));
    this.transport.close();
    await closeStorage(this.lease, this.options.closeTimeout, this.clock, this.diagnostics);
  }

  private refused(key: string, records: number): void {
    this.diagnostics.count('storageRecordsRefused', records);
    this.diagnostics.warn(
      'storage-record',
      `A stored record of flag ${shown(key)} was ignored: it is another user's or feature's, or not a record of VWO's.`,
    );
  }

  /** What the gateway knows, where the settings ask for it. */
  private facts(
    visitor: VisitUser,
    settings: CompiledSettings,
    keys: readonly string[] | undefined,
  ): Promise<GatewayFacts> | undefined {
    if (!this.gateway) return undefined;
    const questions = gatewayQuestions(settings, visitor, keys);
    return questions.details || questions.lists.length > 0 ? this.gateway.facts(visitor, questions) : undefined;
  }

  private async informed(
    visitor: VisitUser,
    facts: Promise<GatewayFacts>,
    stored: StoredDecisions | undefined | Promise<StoredDecisions | undefined>,
    open: (found: StoredDecisions | undefined) => Visit,
  ): Promise<Visit> {
    const found = await stored;
    visitor.gateway = await facts;
    return open(found);
  }

  private visitor(user: VwoUserContext<UserId> | undefined): VisitUser | undefined {
    return visitUserOf(user, this.options.accountId, this.now(), this.diagnostics);
  }
}

/** Dev mode, in the settings and for this user: everything works, and VWO hears nothing of it. */
function isSilent(visitor: VisitUser, settings: CompiledSettings): boolean {
  return settings.devMode && visitor.isDevMode === true;
}
