import type { Id, JsonObject, SettingsProblem } from '../../../model/index.js';
import type { CompiledFeature, CompiledGroup, RuleKind } from './compiled-feature.js';

/** What was compiled, as the settings have it. Never changed. */
export interface SettingsSources {
  readonly accountId: unknown;
  readonly isMAU: boolean;
  readonly holdouts: unknown;
  readonly groups: unknown;
  readonly campaignGroups: unknown;
  /** By key. */
  readonly features: ReadonlyMap<string, JsonObject>;
  /** Of two with one id the first counts. */
  readonly keysById: ReadonlyMap<unknown, string>;
  /** By id: those that count. */
  readonly campaigns: ReadonlyMap<unknown, JsonObject>;
  /** In the order of the settings. */
  readonly listedCampaigns: readonly unknown[];
}

/** The mutually exclusive groups, by their campaigns. */
export interface CompiledGroups {
  /** The keys of all groups' records. */
  readonly keys: readonly string[];
  readonly groupOf: (campaign: GroupedCampaign, first: { readonly id: Id } | undefined) => CompiledGroup | undefined;
  /** @param listed the rules of all features by campaign id, in the order of the features */
  complete(features: ReadonlyMap<string, CompiledFeature>, listed: ReadonlyMap<unknown, readonly ListedRule[]>): void;
}

/** A rule as its feature lists it, its campaign known or not. */
export interface ListedRule {
  readonly featureKey: string;
  readonly variationId: unknown;
}

export interface GroupedCampaign {
  readonly id: Id;
  readonly kind: RuleKind;
}

/** Settings made ready for deciding, once when they arrive. Opaque but for what the client needs to know. */
export class CompiledSettings {
  /** What was not understood, to be reported once. */
  readonly problems: readonly SettingsProblem[];
  /** The `version` that VWO has given them. */
  readonly version: string | number | undefined;
  readonly featureKeys: readonly string[];
  /** Every key under which a decision may look for a record: all features and all groups. */
  readonly storedKeys: readonly string[];
  /** The custom events that VWO knows. */
  readonly eventNames: ReadonlySet<string>;
  /** In ms. */
  readonly pollInterval: number | undefined;
  /** Goes before event paths on VWO's own hosts. */
  readonly collectionPrefix: string | undefined;
  /** `vwo_fmeSdkInit` was sent before: not again. */
  readonly wasInitializedEarlier: boolean;
  readonly isMAU: boolean;
  readonly devMode: boolean;
  /** @internal */
  readonly features: ReadonlyMap<string, CompiledFeature>;
  /** Whether any feature asks the gateway for anything. @internal */
  readonly asksGateway: boolean;
  /** Whether any campaign knows users as user lists do. @internal */
  readonly userLists: boolean;
  /** @internal */
  readonly sources: SettingsSources;
  /** @internal */
  readonly groups: CompiledGroups;

  /** @internal */
  constructor(parts: Omit<CompiledSettings, 'has'>) {
    this.problems = parts.problems;
    this.version = parts.version;
    this.featureKeys = parts.featureKeys;
    this.storedKeys = parts.storedKeys;
    this.eventNames = parts.eventNames;
    this.pollInterval = parts.pollInterval;
    this.collectionPrefix = parts.collectionPrefix;
    this.wasInitializedEarlier = parts.wasInitializedEarlier;
    this.isMAU = parts.isMAU;
    this.devMode = parts.devMode;
    this.features = parts.features;
    this.asksGateway = parts.asksGateway;
    this.userLists = parts.userLists;
    this.sources = parts.sources;
    this.groups = parts.groups;
  }

  /** Whether there is a feature of that key. */
  has(key: string): boolean {
    return this.features.has(key);
  }
}
