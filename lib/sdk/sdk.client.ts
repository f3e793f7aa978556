import { EventQueue, BatchSender, visitorUuid } from '../events/index.js';
import type { Clock } from '../clock.js';
import { Diagnostics, type VwoCounters } from '../diagnostics.js';
import {
  compile,
  type CompiledSettings,
  type GatewayFacts,
  gatewayQuestions,
  type StoredChange,
  type StoredDecision,
  type StoredDecisions,
  storedKeysFor,
  type VwoFlag,
  type VwoSettings,
  type VwoUserContext,
} from '../engine/index.js';
import type { ResolvedFmeOptions } from '../client/fme.options.js';
import { reason, within } from '../client/guarded.js';
import { StorageReader } from '../client/storage-reader.js';
import type { Visit } from '../client/visit.js';
import { Visitor } from '../client/visitor.js';
import { type VwoAttributes, VwoClient } from '../client/vwo-client.js';
import { WriteBehind } from '../client/write-behind.js';
import { Gateway } from '../gateway/index.js';
import { shown } from '../option-rules.js';
import {
  FileSettingsSource,
  GivenSettingsSource,
  SettingsKeeper,
  type SettingsSource,
  VwoSettingsSource,
} from '../settings/index.js';
import { awaited, Transport, VwoHosts } from '../transport/index.js';
import { VwoSettingsError } from '../vwo.errors.js';
import { installedSdk } from './installed-sdk.js';
import type { OfficialNotice, OfficialSdk } from './official-sdk.types.js';
import { claimSdk, releaseSdk } from './process-claim.js';
import type { SdkCaller } from './sdk-caller.js';
import { SdkDecision } from './sdk.decision.js';
import { ChatterLimit, sdkBatches, type SdkEvent } from './sdk.events.js';
import { SdkInstance, type SdkSurroundings } from './sdk.instance.js';
import { type ResolvedSdkOptions, resolveSdkOptions, type SdkClientOptions } from './sdk.options.js';
import { SdkVisit, type SdkVisitKeeper } from './sdk.visit.js';
import { Turns } from './turns.js';

type Props = Readonly<Record<string, unknown>>;

const NOTHING_STORED: StoredDecisions = new Map();
const NOTHING_DECIDED: ReadonlyMap<string, SdkDecision> = new Map();
const LATE = Symbol('late');

/** The SDK waits for nothing but itself here. Past this it hangs, and nobody waits for it any longer, in ms. */
const PATIENCE = 1_000;

/**
 * VWO's own FME SDK behind this library's face. It decides; settings, storage, events and timers are ours, so what goes
 * wrong in them harms no request. The flags that a visit may read are decided when it opens, one call of the SDK at a time.
 */
export class SdkClient extends VwoClient implements SdkVisitKeeper {
  private readonly own: ResolvedSdkOptions;
  private readonly options: ResolvedFmeOptions;
  private readonly clock: Clock;
  private readonly diagnostics: Diagnostics;
  private readonly reader: StorageReader;
  private readonly writes: WriteBehind;
  private readonly transport: Transport;
  private readonly keeper: SettingsKeeper;
  private readonly queue: EventQueue<SdkEvent>;
  private readonly gateway: Gateway | undefined;
  private readonly chatter: ChatterLimit;
  private readonly uuidOf: (userId: string) => string;
  private readonly turns = new Turns();
  /** Events that the SDK is writing. */
  private readonly telling = new Set<Promise<void>>();
  private sdk: OfficialSdk | undefined;
  /** The SDK with the last good settings. */
  private instance: SdkInstance | undefined;
  /** The last change of settings; rejects when the SDK refused it. */
  private installing: Promise<void> = Promise.resolve();
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
    this.chatter = new ChatterLimit(clock);
    this.uuidOf = (userId) => visitorUuid(accountId, userId);
    this.reader = new StorageReader(storage, options.storageTimeout, diagnostics, clock);
    this.writes = new WriteBehind(storage, diagnostics, clock);
    this.keeper = new SettingsKeeper({
      source: sourceOf(options, transport, hosts),
      compile,
      accountId,
      pollInterval: options.pollInterval,
      startTimeout: options.startTimeout,
      onStartFailure: options.onStartFailure,
      diagnostics,
      clock,
      onChange: (compiled, settings) => this.install(compiled, settings),
    });
    const collectionPrefix = () => this.keeper.current?.collectionPrefix;
    const sending = { transport, hosts, accountId, sdkKey, collectionPrefix, diagnostics };
    this.queue = new EventQueue(
      { ...sending, ...options.events, clock },
      new BatchSender(sending, sdkBatches(accountId, sdkKey)),
    );
    this.gateway = options.gateway && new Gateway({ transport, accountId, ...options.gateway, diagnostics, clock });
  }

  /** Rejects with `VwoSdkMissingError` or `VwoSdkInUseError` too. */
  start(): Promise<void> {
    return (this.starting ??= awaited(this.begin()));
  }

  async visit(user: VwoUserContext | undefined, keys: readonly string[] = []): Promise<Visit> {
    this.diagnostics.count('visits');
    const declared = this.own.decide === 'all' && this.options.preload === 'all' ? undefined : new Set(keys);
    const { instance } = this;
    const visitor = this.visitor(user);
    const nothing = { visitor, declared, stored: NOTHING_STORED, decisions: NOTHING_DECIDED, mayStore: false };
    if (!visitor || !instance || this.closing) return new SdkVisit({ ...nothing, settings: undefined }, this);
    const { settings } = instance;
    const asked = declared ? [...declared].filter((key) => settings.has(key)) : settings.featureKeys;
    const known = this.facts(visitor, settings, asked);
    const stored = asked.length > 0 ? await this.stored(visitor.id, settings, asked) : NOTHING_STORED;
    const facts = known && (await known);
    const decisions = await this.decided(instance, visitor, asked, stored ?? NOTHING_STORED, facts);
    const ground = { visitor, declared, settings, stored: stored ?? NOTHING_STORED, decisions, mayStore: !!stored };
    return new SdkVisit(ground, this);
  }

  track(user: VwoUserContext | undefined, eventName: string, properties?: Props): boolean {
    const visitor = this.visitor(user);
    const { instance } = this;
    if (!visitor || !instance) return this.unsent(`Event ${shown(eventName)}`, visitor);
    if (!instance.settings.eventNames.has(eventName)) {
      this.diagnostics.warnOnce(
        `event:${eventName}`,
        `Event ${shown(eventName)} was not sent: no feature's metrics in VWO know it. Is it the metric's API name?`,
      );
      return false;
    }
    const copy = { ...properties }; // what happens to them later does not reach VWO
    this.tell(visitor, instance, (caller) => instance.track(caller, visitor, eventName, copy));
    return true;
  }

  setAttribute(user: VwoUserContext | undefined, attributes: VwoAttributes): boolean {
    const visitor = this.visitor(user);
    const { instance } = this;
    if (!visitor || !instance) return this.unsent('Attributes', visitor);
    const wrong = Object.entries(attributes).find(
      ([, value]) => !['string', 'number', 'boolean'].includes(typeof value),
    );
    if (wrong || Object.keys(attributes).length === 0) {
      const what = wrong ? `\`${wrong[0]}\` is ${shown(wrong[1])}` : 'there are none';
      this.diagnostics.warn(
        'attributes',
        `Attributes were not sent: each is a string, a number or a boolean, and ${what}.`,
      );
      return false;
    }
    const copy = { ...attributes };
    this.tell(visitor, instance, (caller) => instance.setAttribute(caller, visitor, copy));
    return true;
  }

  storedDecisions(userId: string): Promise<StoredDecisions> {
    return this.options.storage.load(userId, this.keeper.current?.storedKeys ?? []);
  }

  forget(userId: string): Promise<void> {
    return this.options.storage.forget(userId);
  }

  /** Rejects with `VwoSettingsError` also when the SDK refuses the new settings (the last good stay). */
  async refresh(): Promise<boolean> {
    const changed = await this.keeper.refresh();
    await this.installing;
    return changed;
  }

  async flush(): Promise<boolean> {
    await awaited(Promise.all(this.telling));
    return this.queue.flush();
  }

  close(): Promise<void> {
    return (this.closing ??= awaited(this.end()));
  }

  counters(): Readonly<VwoCounters> {
    return this.diagnostics.snapshot();
  }

  /** @internal */
  enqueue(event: SdkEvent): void {
    if (this.chatter.lets(event)) this.queue.enqueue(event);
  }

  /** @internal */
  notice(notice: OfficialNotice): void {
    const failed = (error: unknown): void =>
      this.diagnostics.warn(
        'integrations',
        `\`integrations.callback\` failed: ${reason(error)}. No flag depends on it.`,
      );
    try {
      Promise.resolve(this.own.callback?.(notice)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** @internal */
  save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    return this.writes.save(userId, changes);
  }

  /** @internal */
  read(flag: VwoFlag, decision: SdkDecision | undefined, settings: CompiledSettings | undefined): void {
    const { key } = flag;
    if (decision && decision.refused > 0) this.refused(key, decision.refused);
    if (flag.source === 'rules') this.diagnostics.count('decisions');
    else if (settings && !settings.has(key)) {
      this.diagnostics.warnOnce(`flag:${key}`, `Flag ${shown(key)} is off: the settings know no feature of that key.`);
    }
  }

  private async begin(): Promise<void> {
    const { accountId, environment, storage, onStartFailure } = this.options;
    const sdk = this.own.sdk ?? (await installedSdk());
    await claimSdk(sdk, this);
    this.sdk = sdk;
    if (this.closing) return releaseSdk(sdk, this);
    storage.open({ accountId, environment });
    await this.keeper.start();
    await this.installing.catch((error: unknown) => {
      if (onStartFailure === 'fail') throw error;
    });
  }

  /** What the keeper has taken becomes the SDK's, between two visits. */
  private install(compiled: CompiledSettings, settings: VwoSettings): void {
    const { sdk } = this;
    if (!sdk) return;
    const isFirst = this.instance === undefined;
    this.installing = this.turns.take(async () => {
      const start = SdkInstance.start(this.surroundings(sdk), compiled, settings, isFirst);
      const started = await within(this.clock, PATIENCE, start, LATE);
      if (started === LATE) throw new VwoSettingsError(`VWO's SDK did not take the settings within ${PATIENCE} ms`);
      this.instance = started;
      this.diagnostics.recovered('sdk-settings', "VWO's SDK takes the settings again.");
    });
    this.installing.catch((error: unknown) => {
      const meanwhile = this.instance ? 'The last good ones stay' : 'Every flag is off';
      this.diagnostics.warn('sdk-settings', `${reason(error)}. ${meanwhile}.`);
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

  /** Decides all flags of a visit, in one turn and in bounded time. */
  private async decided(
    instance: SdkInstance,
    visitor: Visitor,
    keys: readonly string[],
    stored: StoredDecisions,
    facts: GatewayFacts | undefined,
  ): Promise<ReadonlyMap<string, SdkDecision>> {
    if (keys.length === 0) return NOTHING_DECIDED;
    const decisions = new Map<string, SdkDecision>();
    const fresh = new Map<string, StoredDecision>();
    const records = { get: (key: string) => fresh.get(key) ?? stored.get(key) };
    let isWaitedFor = true;
    const all = async (): Promise<void> => {
      for (const key of keys) {
        if (!isWaitedFor) return;
        const decision = new SdkDecision(key, instance.settings, visitor, records, facts);
        await this.decide(instance, decision, visitor);
        decisions.set(key, decision);
        // A rule may ask whether another feature is on. The winners of groups each decision stores for itself.
        for (const [each, record] of decision.records) if (instance.settings.has(each)) fresh.set(each, record);
      }
    };
    const turn = this.turns.take(() => within(this.clock, PATIENCE, all(), LATE));
    const outcome = await within(this.clock, PATIENCE, turn, LATE);
    isWaitedFor = false;
    if (outcome === LATE) this.undecided(`it gave no answer within ${PATIENCE} ms`);
    return decisions;
  }

  private async decide(instance: SdkInstance, decision: SdkDecision, visitor: Visitor): Promise<void> {
    try {
      await instance.decide(decision, visitor);
    } catch (error) {
      this.undecided(reason(error));
    }
  }

  private undecided(why: string): void {
    this.diagnostics.warn('sdk-decision', `VWO's SDK did not decide: ${why}. Such flags are off.`);
  }

  /** Lets the SDK write an event. It waits for nothing, so neither does whoever tracks. */
  private tell(visitor: Visitor, { settings }: SdkInstance, work: (caller: SdkCaller) => Promise<void>): void {
    if (settings.devMode && visitor.isDevMode === true) return; // everything works, and VWO hears nothing of it
    const failed = (error: unknown): void =>
      this.diagnostics.warn('sdk-event', `VWO's SDK did not send an event: ${reason(error)}`);
    const told = within(this.clock, PATIENCE, work(this.caller()), undefined)
      .catch(failed)
      .finally(() => this.telling.delete(told));
    this.telling.add(told);
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

  private async end(): Promise<void> {
    const { closeTimeout, storage } = this.options;
    const until = this.clock.now() + closeTimeout;
    this.keeper.close();
    await this.bounded(Promise.all(this.telling), until);
    await this.bounded(this.instance?.close(), until);
    await this.writes.drain(until - this.clock.now());
    await this.queue.close(Math.max(0, until - this.clock.now()));
    this.transport.close();
    if (this.sdk) releaseSdk(this.sdk, this);
    try {
      const outcome = await within(this.clock, closeTimeout, storage.close(), LATE);
      if (outcome === LATE) this.diagnostics.error('The storage did not close in time.');
    } catch (error) {
      this.diagnostics.error(`The storage did not close: ${reason(error)}`);
    }
  }

  private async bounded(work: Promise<unknown> | undefined, until: number): Promise<void> {
    try {
      if (work) await within(this.clock, Math.max(0, until - this.clock.now()), work, undefined);
    } catch (error) {
      this.diagnostics.warn('sdk-close', `VWO's SDK did not shut down: ${reason(error)}`);
    }
  }

  private stored(
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
    visitor: Visitor,
    settings: CompiledSettings,
    keys: readonly string[],
  ): Promise<GatewayFacts> | undefined {
    if (!this.gateway || keys.length === 0) return undefined;
    const questions = gatewayQuestions(settings, visitor, keys);
    return questions.details || questions.lists.length > 0 ? this.gateway.facts(visitor, questions) : undefined;
  }

  private visitor(user: VwoUserContext | undefined): Visitor | undefined {
    if (user === undefined || user instanceof Visitor) return user;
    const id: unknown = user?.id;
    const now = this.clock.now();
    if (typeof id === 'string' && id !== '') return new Visitor(user, id, this.uuidOf, now);
    if (typeof id === 'number' && Number.isFinite(id)) return new Visitor(user, String(id), this.uuidOf, now);
    this.diagnostics.warn(
      'user',
      `A user's \`id\` must be a string that is not empty, got ${shown(id)}. Its flags are off.`,
    );
    return undefined;
  }

  private unsent(what: string, visitor: Visitor | undefined): false {
    const why = visitor ? 'there are no settings yet' : 'there is no user';
    this.diagnostics.warn(`unsent:${why}`, `${what} could not be sent: ${why}.`);
    return false;
  }
}

function sourceOf(options: ResolvedFmeOptions, transport: Transport, hosts: VwoHosts): SettingsSource {
  const { settings, accountId, sdkKey } = options;
  if (settings === undefined) return new VwoSettingsSource({ transport, hosts, accountId, sdkKey });
  return typeof settings === 'string' ? new FileSettingsSource(settings) : new GivenSettingsSource(settings);
}
