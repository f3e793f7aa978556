import { EventQueue, BatchSender } from '../events/index.js';
import type { Clock } from '../common/index.js';
import { Diagnostics, type VwoCounters } from '../common/index.js';
import { compile, type CompiledSettings, gatewayQuestions, storedKeysFor } from '../fme/engine/index.js';
import type { GatewayFacts, JsonObject, StoredDecisions, VwoFlag, UserId, VwoUserContext } from '../model/index.js';
import { applicationUser, FmeSettingsSource, parseSettings, type ResolvedFmeOptions } from '../fme/index.js';
import { errorText, within } from '../common/index.js';
import { StorageReader } from '../client/index.js';
import { areSendable, isKnownEvent, warnUnsent } from '../client/index.js';
import { closeStorage, openStorage } from '../client/index.js';
import { StorageLease } from '../storage/index.js';
import type { Visit } from '../client/index.js';
import { type VisitUser, visitUserOf } from '../client/index.js';
import { type VwoAttributes, VwoClient } from '../client/index.js';
import { WriteBehind } from '../client/index.js';
import { Gateway } from '../fme/index.js';
import { shown } from '../common/index.js';
import { SettingsKeeper, settingsSourceOf } from '../settings/index.js';
import { keepAliveUntil } from '../common/index.js';
import { Transport, VwoHosts } from '../transport/index.js';
import { installedSdk } from './installed-sdk.js';
import type { OfficialNotice, OfficialSdk } from './official-sdk.types.js';
import { claimSdk, releaseSdk } from './process-claim.js';
import type { SdkCaller } from './sdk-caller.js';
import { SdkDecider, type SdkDecisions } from './sdk.decider.js';
import type { SdkDecision } from './sdk.decision.js';
import { SdkLogEventLimit, sdkBatches, type SdkEvent } from './sdk.events.js';
import type { SdkSurroundings } from './sdk.instance.js';
import { type ResolvedSdkOptions, resolveSdkOptions, type SdkClientOptions } from './sdk.options.js';
import { SdkEventWriter } from './sdk.event-writer.js';
import { SdkVisit, type SdkVisitKeeper } from './sdk.visit.js';

const NOTHING_STORED: StoredDecisions = new Map();
const NOTHING_DECIDED: SdkDecisions = new Map();

/**
 * VWO's own FME SDK behind this library's face. It decides; settings, storage, events and timers are ours, so what goes
 * wrong in them harms no request. The flags that a visit may read are decided when it opens, one call of the SDK at a time.
 */
export class SdkClient extends VwoClient {
  private readonly own: ResolvedSdkOptions;
  private readonly options: ResolvedFmeOptions;
  private readonly clock: Clock;
  private readonly diagnostics: Diagnostics;
  private readonly reader: StorageReader;
  private readonly lease: StorageLease;
  private readonly writes: WriteBehind;
  private readonly transport: Transport;
  private readonly keeper: SettingsKeeper<CompiledSettings>;
  private readonly queue: EventQueue<SdkEvent>;
  private readonly gateway: Gateway | undefined;
  private readonly chatter: SdkLogEventLimit;
  private readonly forVisits: SdkVisitKeeper;
  private readonly decider: SdkDecider;
  private readonly teller: SdkEventWriter;
  private sdk: OfficialSdk | undefined;
  private starting: Promise<void> | undefined;
  private closing: Promise<void> | undefined;

  /** Throws `VwoOptionsError` for options that cannot work. Nothing is loaded or opened before `start`. */
  constructor(given: SdkClientOptions) {
    super();
    this.own = resolveSdkOptions(given);
    const options = this.own.fme;
    const { accountId, sdkKey, clock, storage } = options;
    const diagnostics = new Diagnostics(options.logger, clock);
    const transport = new Transport({ clock });
    const hosts = new VwoHosts(options);
    this.options = options;
    this.clock = clock;
    this.diagnostics = diagnostics;
    this.transport = transport;
    this.chatter = new SdkLogEventLimit(clock);
    this.lease = new StorageLease(storage);
    this.reader = new StorageReader(storage, options.storageTimeout, diagnostics, clock);
    this.writes = new WriteBehind(storage, diagnostics, clock);
    this.decider = new SdkDecider(diagnostics, clock);
    this.teller = new SdkEventWriter(this.caller(), diagnostics, clock);
    this.forVisits = {
      enqueue: (event) => this.enqueue(event),
      notice: (notice) => this.notice(notice),
      save: (userId, changes) => this.writes.save(userId, changes),
      read: (flag, decision, settings) => this.wasRead(flag, decision, settings),
      track: (visitor, eventName, properties) => this.track(visitor, eventName, properties),
      setAttribute: (visitor, attributes) => this.setAttribute(visitor, attributes),
    };
    this.keeper = new SettingsKeeper({
      source: settingsSourceOf(options.settings, new FmeSettingsSource({ transport, hosts, accountId, sdkKey })),
      prepare: (raw) => compile(parseSettings(raw, accountId)),
      pollInterval: options.pollInterval,
      startTimeout: options.startTimeout,
      onStartFailure: options.onStartFailure,
      diagnostics,
      clock,
      onChange: (compiled, raw) => {
        if (this.sdk) this.decider.install(this.surroundings(this.sdk), compiled, parseSettings(raw));
      },
    });
    const collectionPrefix = () => this.keeper.current?.collectionPrefix;
    const sending = { transport, hosts, collectionPrefix, diagnostics };
    const sender = new BatchSender(sending, sdkBatches(accountId, sdkKey));
    this.queue = new EventQueue({ sender, ...options.events, diagnostics, clock });
    this.gateway = options.gateway && new Gateway({ transport, accountId, ...options.gateway, diagnostics, clock });
  }

  /** Rejects with `VwoSdkMissingError` or `VwoSdkInUseError` too. */
  start(): Promise<void> {
    return (this.starting ??= keepAliveUntil(this.begin()));
  }

  async visit(user: VwoUserContext<UserId> | undefined, keys: readonly string[] = []): Promise<Visit> {
    this.diagnostics.count('visits');
    const declared = this.own.decide === 'all' && this.options.preload === 'all' ? undefined : new Set(keys);
    const { instance } = this.decider;
    const visitor = this.visitor(user);
    const nothing = { visitor, declared, stored: NOTHING_STORED, decisions: NOTHING_DECIDED, mayStore: false };
    if (!visitor || !instance || this.closing) return new SdkVisit({ ...nothing, settings: undefined }, this.forVisits);
    const { settings } = instance;
    const asked = declared ? [...declared].filter((key) => settings.has(key)) : settings.featureKeys;
    const known = this.facts(visitor, settings, asked);
    const stored = asked.length > 0 ? await this.stored(visitor.id, settings, asked) : NOTHING_STORED;
    const facts = known && (await known);
    const ground = { visitor, declared, settings, stored: stored ?? NOTHING_STORED, mayStore: !!stored };
    const decisions = await this.decider.decide({ instance, keys: asked, facts, visitor, stored: ground.stored });
    return new SdkVisit({ ...ground, decisions }, this.forVisits);
  }

  track(user: VwoUserContext<UserId> | undefined, eventName: string, properties?: JsonObject): boolean {
    const visitor = this.visitor(user);
    const { instance } = this.decider;
    if (!visitor || !instance) return warnUnsent(this.diagnostics, `Event ${shown(eventName)}`, visitor);
    if (!isKnownEvent(this.diagnostics, instance.settings.eventNames, eventName)) return false;
    this.teller.track(instance, visitor, eventName, properties);
    return true;
  }

  setAttribute(user: VwoUserContext<UserId> | undefined, attributes: VwoAttributes): boolean {
    const visitor = this.visitor(user);
    const { instance } = this.decider;
    if (!visitor || !instance) return warnUnsent(this.diagnostics, 'Attributes', visitor);
    if (!areSendable(this.diagnostics, attributes)) return false;
    this.teller.setAttribute(instance, visitor, attributes);
    return true;
  }

  async storedDecisions(userId: string): Promise<StoredDecisions> {
    return this.options.storage.load(userId, this.keeper.current?.storedKeys ?? []);
  }

  forget(userId: string): Promise<void> {
    return this.options.storage.forget(userId, this.keeper.current?.storedKeys ?? []);
  }

  /** Rejects with `VwoSettingsError` also when the SDK refuses the new settings (the last good stay). */
  async refresh(): Promise<boolean> {
    const changed = await this.keeper.refresh();
    await this.decider.installed;
    return changed;
  }

  async flush(): Promise<boolean> {
    await keepAliveUntil(this.teller.written());
    return this.queue.flush();
  }

  close(): Promise<void> {
    return (this.closing ??= keepAliveUntil(this.end()));
  }

  counters(): Readonly<VwoCounters> {
    return this.diagnostics.snapshot();
  }

  private enqueue(event: SdkEvent): void {
    if (!this.chatter.lets(event)) return;
    const time = this.clock.now();
    this.queue.enqueue({ user: applicationUser(this.options, time), time, event });
  }

  private notice(notice: OfficialNotice): void {
    const failed = (error: unknown): void =>
      this.diagnostics.warn(
        'integrations',
        `\`integrations.callback\` failed: ${errorText(error)}. No flag depends on it.`,
      );
    try {
      Promise.resolve(this.own.callback?.(notice)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  private wasRead(flag: VwoFlag, decision: SdkDecision | undefined, settings: CompiledSettings | undefined): void {
    const { key } = flag;
    if (decision && decision.refused > 0) this.refused(key, decision.refused);
    if (flag.source === 'rules') this.diagnostics.count('decisions');
    else if (settings && !settings.has(key)) {
      this.diagnostics.warnOnce(`flag:${key}`, `Flag ${shown(key)} is off: the settings know no feature of that key.`);
    }
  }

  private async begin(): Promise<void> {
    const { onStartFailure } = this.options;
    const sdk = this.own.sdk ?? (await installedSdk());
    await claimSdk(sdk, this);
    this.sdk = sdk;
    if (this.closing) return releaseSdk(sdk, this);
    await Promise.all([this.openStorage(), this.keeper.start()]);
    await this.decider.installed.catch((error: unknown) => {
      if (onStartFailure === 'fail') throw error;
    });
  }

  private surroundings(sdk: OfficialSdk): SdkSurroundings {
    const { accountId, sdkKey, gateway } = this.options;
    return {
      sdk,
      accountId,
      sdkKey,
      gatewayUrl: gateway?.url,
      background: this.caller(),
      complain: (message) => this.diagnostics.warn('sdk', `VWO's SDK says: ${message}`),
    };
  }

  /** For work that is about no flag: nothing is stored, and everything is sent at once. */
  private caller(): SdkCaller {
    return {
      stored: () => undefined,
      store: () => undefined,
      hear: (event) => this.enqueue(event),
      ask: () => ({}),
      notice: (notice) => this.notice(notice),
    };
  }

  private openStorage(): Promise<void> {
    const { accountId, environment, startTimeout } = this.options;
    return openStorage(this.lease, { accountId, environment }, startTimeout, this.clock, this.diagnostics);
  }

  private async end(): Promise<void> {
    const { closeTimeout } = this.options;
    const until = this.clock.now() + closeTimeout;
    this.keeper.close();
    await this.bounded(this.teller.written(), until);
    await this.bounded(this.decider.instance?.close(), until);
    await this.writes.drain(until - this.clock.now());
    await this.queue.close(Math.max(0, until - this.clock.now()));
    this.transport.close();
    if (this.sdk) releaseSdk(this.sdk, this);
    await closeStorage(this.lease, closeTimeout, this.clock, this.diagnostics);
  }

  private async bounded(work: Promise<unknown> | undefined, until: number): Promise<void> {
    try {
      if (work) await within(this.clock, Math.max(0, until - this.clock.now()), work, undefined);
    } catch (error) {
      this.diagnostics.warn('sdk-close', `VWO's SDK did not shut down: ${errorText(error)}`);
    }
  }

  private async stored(
    userId: string,
    settings: CompiledSettings,
    asked: readonly string[],
  ): Promise<StoredDecisions | undefined> {
    const isDeclared = this.options.preload === 'declared';
    const keys = isDeclared ? storedKeysFor(settings, asked) : settings.storedKeys;
    return this.reader.read(userId, keys, isDeclared ? 'keys' : 'user');
  }

  private refused(key: string, records: number): void {
    this.diagnostics.count('storageRecordsRefused', records);
    this.diagnostics.warn(
      'storage-record',
      `A stored record of flag ${shown(key)} was ignored: it is another user's or feature's, or not a record of VWO's.`,
    );
  }

  /** What the gateway knows, where the settings ask for it: fetched before the SDK asks, so that it need not wait. */
  private facts(
    visitor: VisitUser,
    settings: CompiledSettings,
    keys: readonly string[],
  ): Promise<GatewayFacts> | undefined {
    if (!this.gateway || keys.length === 0) return undefined;
    const questions = gatewayQuestions(settings, visitor, keys);
    return questions.details || questions.lists.length > 0 ? this.gateway.facts(visitor, questions) : undefined;
  }

  private visitor(user: VwoUserContext<UserId> | undefined): VisitUser | undefined {
    return visitUserOf(user, this.options.accountId, this.clock.now(), this.diagnostics);
  }
}
