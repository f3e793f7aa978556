import { type CompiledSettings, decide } from '../../lib/fme/engine/index.js';
import { isDeepStrictEqual } from 'node:util';
import { type VwoNotice, type DecisionUser, type StoredDecision } from '../../lib/model/index.js';

export interface Shown {
  readonly campaignId: number;
  readonly variationId: number;
}

/** What both sides can be asked for. */
export interface Outcome {
  readonly enabled: boolean;
  readonly variables: readonly unknown[];
  /** What would be stored, by key. */
  readonly records: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly shown: readonly Shown[];
  /** How many events said only that the user was there (SDK 1.55). */
  readonly usage: number;
  /** What `integrations.callback` is told. */
  readonly notice: VwoNotice | undefined;
}

/** The fields that SDK 1.35 writes, and those of holdout groups (1.40). */
const FIELDS = [
  'featureKey',
  'userId',
  'rolloutId',
  'rolloutKey',
  'rolloutVariationId',
  'experimentId',
  'experimentKey',
  'experimentVariationId',
  'isInHoldoutId',
  'notInHoldoutId',
];

export function ourOutcome(
  settings: CompiledSettings,
  key: string,
  user: DecisionUser,
  stored: ReadonlyMap<string, StoredDecision>,
): Outcome {
  const { flag, records, events, notice } = decide(settings, key, user, stored, true);
  return {
    enabled: flag.isEnabled(),
    variables: plainVariables(flag.getVariables() as readonly object[]),
    records: new Map(records.map((each) => [each.key, each.record])),
    shown: events.flatMap((event) =>
      event.name === 'vwo_variationShown' ? [{ campaignId: event.campaignId, variationId: event.variationId }] : [],
    ),
    usage: events.filter(({ name }) => name === 'vwo_feTrackUsage').length,
    notice,
  };
}

export function plainVariables(variables: readonly object[]): readonly unknown[] {
  return variables.map((variable) => {
    const { id, type, key, value } = variable as Record<string, unknown>;
    return { id, type, key, value };
  });
}

/** A record in these fields; undefined ones and empty lists left out. */
export function inOldFields(
  record: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> | undefined {
  if (record === undefined) return undefined;
  return Object.fromEntries(
    FIELDS.filter((field) => record[field] !== undefined && !isEmptyList(record[field])).map((field) => [
      field,
      record[field],
    ]),
  );
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** What differs, in words; empty when nothing does. `stored`: a record that says the same already need not be written. */
export function differences(ours: Outcome, theirs: Outcome, stored: ReadonlyMap<string, StoredDecision>): string[] {
  const found: string[] = [];
  if (ours.enabled !== theirs.enabled) found.push('enabled');
  if (!isSame(ours.variables, theirs.variables)) found.push('variables');
  if (!isSame(ours.shown, theirs.shown)) found.push('impressions');
  if (ours.usage !== theirs.usage) found.push('usage');
  for (const key of new Set([...ours.records.keys(), ...theirs.records.keys()])) {
    const own = inOldFields(ours.records.get(key)) ?? inOldFields(stored.get(key));
    if (!isSame(own, inOldFields(theirs.records.get(key)))) found.push(`record ${key}`);
  }
  return found;
}

/** Whether `integrations.callback` is told the same. */
export function isToldAlike(ours: Outcome, theirs: Outcome): boolean {
  const asJson = ({ notice }: Outcome): unknown => (notice ? JSON.parse(JSON.stringify(notice)) : undefined);
  return isDeepStrictEqual(asJson(ours), asJson(theirs));
}

/** Both are JSON, and the official SDK's may come from another realm. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
