import { valueCopy } from '../client/index.js';
import { type Diagnostics, errorText, shown } from '../common/index.js';
import { type FlagKey, isObject, type JsonObject } from '../model/index.js';

/** What `track(goalIdentifier, …)` takes. */
export type FullStackTrackOptions = {
  /** The campaigns in which the goal was reached. @default all running ones that have it */
  readonly campaigns?: FlagKey | readonly FlagKey[];
  /** What it was worth; needed for goals with revenue. */
  readonly revenue?: number;
  /** Properties of the event; VWO takes them in accounts with its event architecture. */
  readonly properties?: JsonObject;
};

export interface ResolvedTrackOptions {
  readonly campaigns: readonly string[] | undefined;
  readonly revenue: number | undefined;
  /** A copy. */
  readonly properties: JsonObject | undefined;
}

const KNOWN = ['campaigns', 'revenue', 'properties'];

/** What is wrong is logged once and left out: an order must not fail because its goal was tracked badly. Never throws. */
export function resolveTrackOptions(goal: string, given: object, diagnostics: Diagnostics): ResolvedTrackOptions {
  try {
    return readTrackOptions(goal, given, diagnostics);
  } catch (error) {
    diagnostics.warnOnce(
      'track-options',
      `track(${shown(goal)}, …): the options could not be read: ${errorText(error)}. They were left out.`,
    );
    return NOTHING;
  }
}

const NOTHING: ResolvedTrackOptions = { campaigns: undefined, revenue: undefined, properties: undefined };

function readTrackOptions(goal: string, given: object, diagnostics: Diagnostics): ResolvedTrackOptions {
  const wrong = (option: string, rule: string, value: unknown): undefined => {
    diagnostics.warnOnce(
      `track-option:${option}`,
      `track(${shown(goal)}, …): \`${option}\` must be ${rule}, got ${typeof value === 'string' ? 'a text' : shown(value)}. It was left out.`,
    );
  };
  for (const [option, value] of Object.entries(given)) {
    if (!KNOWN.includes(option)) wrong(option, `one of ${KNOWN.join(', ')}; properties go into \`properties\``, value);
  }
  const { campaigns, revenue, properties } = given as Record<string, unknown>;
  return {
    campaigns:
      campaignKeys(campaigns) ?? (campaigns === undefined ? undefined : wrong('campaigns', 'campaign keys', campaigns)),
    revenue:
      revenue === undefined || Number.isFinite(revenue) ? (revenue as number) : wrong('revenue', 'a number', revenue),
    properties:
      properties === undefined || isObject(properties)
        ? valueCopy(properties)
        : wrong('properties', 'an object', properties),
  };
}

function campaignKeys(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((key) => typeof key === 'string') ? [...new Set(value)] : undefined;
}
