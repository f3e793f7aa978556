import type { ClientCore, Decider, Product, VisitInputs, VisitPlan, VisitUser, VisitView } from '../client/index.js';
import { inSlices } from '../common/index.js';
import type { EventSender } from '../events/index.js';
import {
  applicationUser,
  type CompiledSettings,
  compileSteps,
  flagsChanged,
  FmeAccount,
  keysBehind,
  type VwoSettings,
} from '../fme/index.js';
import type { UserId } from '../model/index.js';
import type { SettingsSource } from '../settings/index.js';
import type { InstalledSettings } from './host/installed-settings.js';
import { callerWithoutFlag } from './host/official-sdk.caller.js';
import { SdkDecider, type SdkDeciderParts } from './sdk.decider.js';
import { VwoUndecidedFlagError } from './sdk.errors.js';
import { SdkEventWriter } from './sdk.event-writer.js';
import { sdkBatches, type SdkEvent, SdkLogEventLimit } from './sdk.events.js';
import { SdkHost } from './host/sdk.host.js';
import type { ResolvedSdkOptions } from './sdk.options.js';

/** FME, decided by VWO's own SDK. */
export class OfficialSdkProduct implements Product<InstalledSettings, SdkEvent> {
  readonly noun = 'feature';
  readonly source: SettingsSource;
  readonly sender: EventSender<SdkEvent>;
  private readonly account: FmeAccount;
  private readonly host: SdkHost;
  private readonly parts: SdkDeciderParts;
  private readonly decidesAll: boolean;
  /** One for each visit, whenever its flags are declared: what one of them leaves, another may look at. */
  private readonly deciders = new WeakMap<VisitView<SdkEvent>, SdkDecider>();

  constructor(
    private readonly core: ClientCore<InstalledSettings, SdkEvent>,
    options: ResolvedSdkOptions,
  ) {
    const { clock, diagnostics } = core;
    const { accountId, sdkKey } = core.options;
    this.decidesAll = options.decide === 'all';
    this.account = new FmeAccount(core, options.fme);
    this.source = this.account.source;
    const collectionPrefix = () => core.settings()?.compiled.collectionPrefix;
    this.sender = this.account.sender(sdkBatches(accountId, sdkKey), collectionPrefix);
    const onIntegration = core.notice;
    this.host = new SdkHost({
      sdk: options.sdk,
      accountId,
      sdkKey,
      gatewayUrl: options.fme.gateway?.url,
      background: callerWithoutFlag(
        (event) => core.send(applicationUser(core.options, clock.now()), event),
        onIntegration,
      ),
      logEvents: new SdkLogEventLimit(clock),
      complain: (message) => diagnostics.warn('sdk', `VWO's SDK says: ${message}`),
      diagnostics,
      clock,
    });
    const { guard } = this.account;
    const writer = new SdkEventWriter(diagnostics, clock);
    this.parts = { host: this.host, writer, guard, diagnostics, onIntegration };
  }

  get decidesDeclared(): boolean {
    return !this.decidesAll;
  }

  /** Loads the SDK. Rejects with `VwoSdkMissingError` or `VwoSdkInUseError`. */
  async begin(): Promise<void> {
    await this.host.load();
  }

  /** Rejects with `VwoSettingsError` also when the SDK refuses the settings. */
  async prepare(json: Buffer): Promise<InstalledSettings> {
    const [compiled, settings] = await inSlices(this.compiled(json));
    return this.host.install(compiled, settings);
  }

  flagsChanged(before: InstalledSettings, after: InstalledSettings): readonly string[] {
    return flagsChanged(before.compiled, after.compiled);
  }

  identify(user: VisitUser): Promise<VisitUser> | undefined {
    return this.account.identify(user);
  }

  setAlias(user: VisitUser, aliasId: UserId): Promise<boolean> {
    return this.account.setAlias(user, aliasId);
  }

  plan(
    { compiled }: InstalledSettings,
    user: VisitUser,
    declared: readonly string[],
    onlyDeclared: boolean,
  ): VisitPlan {
    if (this.decidesAll && !onlyDeclared) return this.account.plan(compiled, user, declared, false);
    const plan = this.account.plan(compiled, user, declared, true);
    const loadsAll = !onlyDeclared && plan.keys.length > 0;
    return loadsAll ? { ...plan, keys: compiled.storedKeys, reach: 'user' } : plan;
  }

  open(inputs: VisitInputs<InstalledSettings, SdkEvent>): Decider<SdkEvent> | Promise<Decider<SdkEvent>> {
    const { visit, readable, settings } = inputs;
    const decider = this.deciders.get(visit) ?? new SdkDecider(inputs, this.parts);
    this.deciders.set(visit, decider);
    const keys = [...(readable ?? settings.compiled.featureKeys)].filter((key) => settings.compiled.has(key));
    return keys.length > 0 ? decider.askAhead(keys) : decider;
  }

  undeclared(key: string): Error {
    return new VwoUndecidedFlagError(key);
  }

  recordsToTrack({ compiled }: InstalledSettings, eventName: string): readonly string[] | undefined {
    return this.account.recordsToTrack(compiled, eventName);
  }

  recordKeys({ compiled }: InstalledSettings): readonly string[] {
    return compiled.storedKeys;
  }

  recordsBehind({ compiled }: InstalledSettings, key: string): readonly string[] {
    return keysBehind(compiled, key);
  }

  /** Settles when the SDK has written the events that were tracked. */
  settled(): Promise<void> {
    return this.parts.writer.written();
  }

  stop(ms: number): Promise<void> {
    return this.host.stop(ms);
  }

  private *compiled(json: Buffer): Generator<void, [CompiledSettings, VwoSettings]> {
    const settings = yield* this.account.parsed(json);
    return [yield* compileSteps(settings, this.core.settings()?.compiled), settings];
  }
}
