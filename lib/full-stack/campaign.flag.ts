import {
  type DecidedFlag,
  type FlagReason,
  type FlagSource,
  frozenCopy,
  type VwoVariable,
  type VwoVariation,
} from '../model/index.js';
import type { FullStackCampaign, FullStackVariable, FullStackVariation } from './full-stack.settings.js';
import type { CampaignDecision } from './sdk-decision.js';

/** A campaign in which a user is. Immutable; variables are asked of the SDK when they are first read. */
export class CampaignFlag implements DecidedFlag {
  readonly key: string;
  /** In a feature test it may be one whose feature is off. */
  readonly variation: VwoVariation;
  readonly source: FlagSource;
  readonly reason: FlagReason;
  readonly #enabled: boolean;
  readonly #variables: () => readonly VwoVariable[];

  constructor(
    campaign: FullStackCampaign,
    variation: FullStackVariation,
    decision: CampaignDecision,
    valueOf: (variableKey: string) => unknown,
  ) {
    this.key = campaign.key;
    this.variation = flagVariation(campaign, variation);
    this.source = decision.isStored ? 'storage' : 'rules';
    this.reason = reasonOf(campaign, decision);
    this.#enabled = decision.isEnabled;
    this.#variables = once(() => withValues(variablesOf(campaign, variation), valueOf));
    Object.freeze(this);
  }

  isEnabled(): boolean {
    return this.#enabled;
  }

  getVariable<T = unknown>(key: string, defaultValue: T): T;
  getVariable<T = unknown>(key: string): T | undefined;
  getVariable<T>(key: string, defaultValue?: T): T | undefined {
    const variable = this.#variables().find((each) => each.key === key);
    return variable === undefined ? defaultValue : (variable.value as T);
  }

  getVariables(): readonly VwoVariable[] {
    return this.#variables();
  }
}

/** Of a flag that is off in a variation too: the variation is why. */
function reasonOf({ type }: FullStackCampaign, { isStored, isForced }: CampaignDecision): FlagReason {
  if (isStored) return 'stored';
  if (isForced) return 'forced';
  return type === 'FEATURE_ROLLOUT' ? 'rollout' : 'experiment';
}

function flagVariation(campaign: FullStackCampaign, variation: FullStackVariation): VwoVariation {
  return Object.freeze({
    id: Number(variation.id),
    key: variation.name,
    campaignId: Number(campaign.id),
    campaignKey: campaign.key,
  });
}

/** Which variables there are; their values come from the SDK. In a variation without the feature they are the control's. */
function variablesOf(campaign: FullStackCampaign, variation: FullStackVariation): readonly FullStackVariable[] {
  if (campaign.type === 'VISUAL_AB') return [];
  if (campaign.type === 'FEATURE_ROLLOUT') return campaign.variables ?? [];
  const control = campaign.variations.find(({ id }) => id === 1);
  return (variation.isFeatureEnabled ? variation : control)?.variables ?? [];
}

/**
 * A value that the SDK cannot cast to its type is null there, and no variable here. JSON is copied: the SDK hands out the
 * object that all users share.
 */
function withValues(
  variables: readonly FullStackVariable[],
  valueOf: (key: string) => unknown,
): readonly VwoVariable[] {
  const known = variables.map(({ id, key, type }) => ({ id: Number(id), key, type, value: frozenCopy(valueOf(key)) }));
  return Object.freeze(known.filter(({ value }) => value !== null).map((variable) => Object.freeze(variable)));
}

function once<T>(work: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: work() }).value;
}
