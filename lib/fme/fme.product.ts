import type { ClientCore, Decider, Product, StartTimes, VisitInputs, VisitPlan, VisitUser } from '../client/index.js';
import { inSlices, VwoUndeclaredFlagError } from '../common/index.js';
import type { EventSender } from '../events/index.js';
import type { UserId } from '../model/index.js';
import type { SettingsSource } from '../settings/index.js';
import { type CompiledSettings, compileSteps, keysBehind } from './engine/index.js';
import { applicationUser, type FmeEvent } from './events/fme-event.js';
import { fmeBatches } from './events/wire-format.js';
import { flagsChanged } from './flags-changed.js';
import { FmeAccount } from './fme-account.js';
import { FmeDecider } from './fme.decider.js';
import type { ResolvedFmeOptions } from './fme.options.js';

/** VWO Feature Management & Experimentation, decided here. */
export class FmeProduct implements Product<CompiledSettings, FmeEvent> {
  readonly noun = 'feature';
  readonly source: SettingsSource;
  readonly sender: EventSender<FmeEvent>;
  private readonly account: FmeAccount;

  constructor(
    private readonly core: ClientCore<CompiledSettings, FmeEvent>,
    private readonly options: ResolvedFmeOptions,
  ) {
    this.account = new FmeAccount(core, options);
    this.source = this.account.source;
    this.sender = this.account.sender(fmeBatches(core.options), () => core.settings()?.collectionPrefix);
  }

  prepare(json: Buffer): CompiledSettings | Promise<CompiledSettings> {
    return inSlices(this.compiled(json));
  }

  flagsChanged(before: CompiledSettings, after: CompiledSettings): readonly string[] {
    return flagsChanged(before, after);
  }

  started(settings: CompiledSettings, { fetch, start }: StartTimes): void {
    if (settings.wasInitializedEarlier) return;
    this.core.send(applicationUser(this.core.options, this.core.clock.now()), {
      name: 'vwo_fmeSdkInit',
      settingsFetchTime: fetch,
      startTime: start,
    });
  }

  identify(user: VisitUser): Promise<VisitUser> | undefined {
    return this.account.identify(user);
  }

  setAlias(user: VisitUser, aliasId: UserId): Promise<boolean> {
    return this.account.setAlias(user, aliasId);
  }

  plan(settings: CompiledSettings, user: VisitUser, declared: readonly string[], onlyDeclared: boolean): VisitPlan {
    return this.account.plan(settings, user, declared, onlyDeclared);
  }

  open(inputs: VisitInputs<CompiledSettings, FmeEvent>): Decider<FmeEvent> {
    return new FmeDecider(inputs, this.account.guard, this.options.integrations !== undefined);
  }

  undeclared(key: string): Error {
    return new VwoUndeclaredFlagError(key);
  }

  recordsToTrack(settings: CompiledSettings, eventName: string): readonly string[] | undefined {
    return this.account.recordsToTrack(settings, eventName);
  }

  recordKeys(settings: CompiledSettings): readonly string[] {
    return settings.storedKeys;
  }

  recordsBehind(settings: CompiledSettings, key: string): readonly string[] {
    return keysBehind(settings, key);
  }

  /** What is the same as in the settings in force is not compiled again. */
  private *compiled(json: Buffer): Generator<void, CompiledSettings> {
    return yield* compileSteps(yield* this.account.parsed(json), this.core.settings());
  }
}
