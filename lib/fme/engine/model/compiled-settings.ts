import type { CompiledFeature } from './compiled-feature.js';
import type { SettingsProblem } from '../../../model/index.js';

/** Settings made ready for deciding, once when they arrive. Opaque but for what the client needs to know. */
export class CompiledSettings {
  /** What was not understood, to be reported once. */
  readonly problems: readonly SettingsProblem[];
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
  constructor(parts: Omit<CompiledSettings, 'has'>) {
    this.problems = parts.problems;
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
  }

  /** Whether there is a feature of that key. */
  has(key: string): boolean {
    return this.features.has(key);
  }
}
