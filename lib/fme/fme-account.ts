import { type ClientCore, isKnownEvent, type VisitPlan, type VisitUser } from '../client/index.js';
import { BatchSender, type EventSender, type WireFormat } from '../events/index.js';
import type { GatewayFacts } from '../model/index.js';
import { type SettingsSource, settingsSourceOf } from '../settings/index.js';
import { type CompiledSettings, gatewayQuestions, storedKeysFor, type VwoSettings } from './engine/index.js';
import type { ResolvedFmeOptions } from './fme.options.js';
import { Gateway } from './gateway/gateway.js';
import { parseSettings } from './settings-schema.js';
import { FmeSettingsSource } from './settings.source.js';

const NO_RECORDS: readonly string[] = [];

/** An account of FME, whoever decides its flags: where its settings come from, where its events go, what its gateway is asked. */
export class FmeAccount {
  readonly source: SettingsSource;
  private readonly gateway: Gateway | undefined;

  constructor(
    private readonly core: ClientCore,
    options: ResolvedFmeOptions,
  ) {
    const { accountId, sdkKey } = core.options;
    this.source = settingsSourceOf(options.settings, new FmeSettingsSource({ ...core, accountId, sdkKey }));
    this.gateway = options.gateway && new Gateway({ ...core, accountId, ...options.gateway });
  }

  /** Settings of this account, as VWO answers them. Throws `VwoSettingsError`. */
  parsed(raw: unknown): VwoSettings {
    return parseSettings(raw, this.core.options.accountId);
  }

  /** @param collectionPrefix of the settings in force; undefined before the first */
  sender<Event>(format: WireFormat<Event>, collectionPrefix: () => string | undefined): EventSender<Event> {
    return new BatchSender({ ...this.core, collectionPrefix }, format);
  }

  plan(settings: CompiledSettings, user: VisitUser, declared: readonly string[], onlyDeclared: boolean): VisitPlan {
    const facts = this.facts(settings, user, onlyDeclared ? declared : undefined);
    if (!onlyDeclared) return { keys: settings.storedKeys, reach: 'user', readable: undefined, facts };
    return { keys: storedKeysFor(settings, declared), reach: 'keys', readable: new Set(declared), facts };
  }

  /** None: events of FME need no records. Undefined, and a warning, where the settings do not know the event. */
  recordsToTrack(settings: CompiledSettings, eventName: string): readonly string[] | undefined {
    return isKnownEvent(this.core.diagnostics, settings.eventNames, eventName) ? NO_RECORDS : undefined;
  }

  /** What the gateway knows, where the settings ask for it. */
  private facts(
    settings: CompiledSettings,
    user: VisitUser,
    keys: readonly string[] | undefined,
  ): Promise<GatewayFacts> | undefined {
    if (!this.gateway) return undefined;
    const questions = gatewayQuestions(settings, user, keys);
    return questions.details || questions.lists.length > 0 ? this.gateway.facts(user, questions) : undefined;
  }
}
