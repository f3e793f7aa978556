import type { ClientCore, VisitPlan, VisitUser } from '../client/index.js';
import { Deadline, within } from '../common/index.js';
import { BatchSender, type EventSender, type WireFormat } from '../events/index.js';
import type { GatewayFacts, UserId } from '../model/index.js';
import { SettingsReader, type SettingsSource, settingsSourceOf } from '../settings/index.js';
import { type CompiledSettings, gatewayQuestions, type VwoSettings } from './engine/index.js';
import type { ResolvedFmeOptions } from './fme.options.js';
import { Gateway, UserAliases } from './gateway/index.js';
import { SendGuard } from './send-guard.js';
import { parseSettings } from './settings-schema.js';
import { FmeSettingsSource } from './settings.source.js';
import { VisitPlans } from './visit-plans.js';

const NO_RECORDS: readonly string[] = [];
const NO_FACTS: GatewayFacts = {};

/** An account of FME, whoever decides its flags: where its settings come from, where its events go, what its gateway is asked. */
export class FmeAccount {
  readonly source: SettingsSource;
  readonly guard: SendGuard;
  private readonly reader = new SettingsReader();
  private readonly gateway: Gateway | undefined;
  private readonly aliases: UserAliases | undefined;
  /** What is left of `gateway.timeout` for users whose id the gateway was asked for: a visit waits for it once. */
  private readonly deadlines = new WeakMap<VisitUser, Deadline>();
  private plans: VisitPlans | undefined;

  constructor(
    private readonly core: ClientCore,
    private readonly options: ResolvedFmeOptions,
  ) {
    const { accountId, sdkKey } = core.options;
    this.source = settingsSourceOf(options.settings, new FmeSettingsSource({ ...core, accountId, sdkKey }));
    this.guard = new SendGuard(core.diagnostics);
    this.gateway = options.gateway && new Gateway({ ...core, accountId, ...options.gateway });
    this.aliases = this.gateway && new UserAliases(this.gateway, sdkKey, core.diagnostics);
  }

  /** Settings of this account, as VWO answers them, in short steps; not to be changed. Throws `VwoSettingsError`. */
  *parsed(json: Buffer): Generator<void, VwoSettings> {
    const settings = parseSettings(yield* this.reader.read(json), this.core.options.accountId);
    yield;
    return settings;
  }

  /** @param collectionPrefix of the settings in force; undefined before the first */
  sender<Event>(format: WireFormat<Event>, collectionPrefix: () => string | undefined): EventSender<Event> {
    return new BatchSender({ ...this.core, collectionPrefix }, format);
  }

  /** With the option `aliasing`: the user of whom this one's id is an alias. Never rejects. */
  identify(user: VisitUser): Promise<VisitUser> | undefined {
    const { aliasing, gateway } = this.options;
    return aliasing && gateway ? this.identified(user, new Deadline(this.core.clock, gateway.timeout)) : undefined;
  }

  /** Tells the gateway another id of a user; false, and a warning, where that cannot be. Never rejects. */
  setAlias(user: VisitUser, aliasId: UserId): Promise<boolean> {
    if (this.aliases) return this.aliases.set(user.id, aliasId);
    this.core.diagnostics.warnOnce('alias', "No alias was set: VWO's gateway keeps them, and there is no `gateway`.");
    return Promise.resolve(false);
  }

  plan(settings: CompiledSettings, user: VisitUser, declared: readonly string[], onlyDeclared: boolean): VisitPlan {
    const facts = this.facts(settings, user, onlyDeclared ? declared : undefined);
    if (this.plans?.settings !== settings) this.plans = new VisitPlans(settings);
    const plan = onlyDeclared ? this.plans.of(declared) : this.plans.ofAny;
    return facts ? { ...plan, facts } : plan;
  }

  /** None: events of FME need no records. Undefined, and a warning, where the settings do not know the event. */
  recordsToTrack(settings: CompiledSettings, eventName: string): readonly string[] | undefined {
    return this.guard.knows(settings, eventName) ? NO_RECORDS : undefined;
  }

  /** What the gateway knows, where the settings ask for it. */
  private facts(
    settings: CompiledSettings,
    user: VisitUser,
    keys: readonly string[] | undefined,
  ): Promise<GatewayFacts> | undefined {
    if (!this.gateway) return undefined;
    const deadline = this.deadlines.get(user);
    this.deadlines.delete(user); // flags that are declared later have the whole time again
    const questions = gatewayQuestions(settings, user, keys);
    if (!questions.details && questions.lists.length === 0) return undefined;
    const facts = this.gateway.facts(user, questions);
    if (!deadline) return facts;
    return within(this.core.clock, deadline.left, facts, NO_FACTS);
  }

  private async identified(user: VisitUser, deadline: Deadline): Promise<VisitUser> {
    const id = await this.aliases?.userIdOf(user.id);
    const known = user.withId(id ?? user.id); // of this visit alone, and its deadline too
    this.deadlines.set(known, deadline);
    return known;
  }
}
