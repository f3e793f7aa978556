import { frozenCopy } from '../model/index.js';
import type { DecidedFlag, FlagReason, FlagSource, VwoVariable, VwoVariation } from '../model/index.js';
import type { FullStackCampaign, FullStackVariable, FullStackVariation } from './full-stack.settings.js';

/** A campaign as one user sees it. Immutable; variables are asked of the SDK when they are first read. */
export class CampaignFlag implements DecidedFlag {
  readonly key: string;
  /** The variation the user is in. In a feature test he may be in one whose feature is off. */
  readonly variation: VwoVariation | undefined;
  readonly reason: FlagReason;
  readonly #enabled: boolean;
  readonly #variables: () => readonly VwoVariable[];

  constructor(
    campaign: FullStackCampaign,
    variation: FullStackVariation | undefined,
    enabled: boolean,
    readonly source: FlagSource,
    valueOf: (variableKey: string) => unknown,
  ) {
    this.key = campaign.key;
    this.variation = variation && flagVariation(campaign, variation);
    this.reason = reasonOf(campaign, source);
    this.#enabled = enabled;
    this.#variables = once(() => (variation ? valued(variablesOf(campaign, variation), valueOf) : NO_VARIABLES));
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

const NO_VARIABLES: readonly VwoVariable[] = Object.freeze([]);

/** Of a flag that is off in a variation too: the variation is why. Whitelisting is not told apart, as the SDK does not say it. */
function reasonOf({ type }: FullStackCampaign, source: FlagSource): FlagReason {
  if (source === 'storage') return 'stored';
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

/** Which variables there are; what they are worth, the SDK says. In a variation without the feature it is the control's. */
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
function valued(variables: readonly FullStackVariable[], valueOf: (key: string) => unknown): readonly VwoVariable[] {
  const known = variables.map(({ id, key, type }) => ({ id: Number(id), key, type, value: frozenCopy(valueOf(key)) }));
  return Object.freeze(known.filter(({ value }) => value !== null).map((variable) => Object.freeze(variable)));
}

function once<T>(work: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: work() }).value;
}
