import { type CompiledSettings, OnFlag, VariableSet } from '../fme/index.js';
import {
  type DecidedFlag,
  frozenCopy,
  offFlag,
  type StoredDecision,
  type VwoVariable,
  type VwoVariation,
} from '../model/index.js';
import type { OfficialFlag } from './host/official-sdk.types.js';
import { type ReadableRecord, variationOf } from './sdk.records.js';

/** What is known of a decision of the SDK's. */
export interface SdkAnswer {
  /** The flag as the SDK gives it, which names neither variation nor reason; undefined: none. */
  readonly answered: OfficialFlag | undefined;
  /** The flag's record as it was found. */
  readonly before: ReadableRecord | undefined;
  /** The flag's record as the SDK has set it; undefined when it says the same as before. */
  readonly set: StoredDecision | undefined;
}

/** The flag that the SDK has decided. Its variation and its reason are those of its record. */
export function decidedFlag(
  settings: CompiledSettings,
  key: string,
  { answered, before, set }: SdkAnswer,
): DecidedFlag {
  if (!answered?.isEnabled()) return offFlag(key, 'not-said');
  const record = set ?? before?.record;
  const known = record && variationOf(settings, key, record);
  const variation = known ? known.flag.variation : record && idsIn(record);
  const variables = new VariableSet(Object.freeze(answered.getVariables().map(copied)));
  const isKept = before?.kept !== undefined && (set === undefined || known === before.kept);
  if (isKept) return new OnFlag(key, variation, 'storage', 'stored', variables);
  return new OnFlag(key, variation, 'rules', known ? known.flag.reason : 'not-said', variables);
}

/** The variation of a record that the settings do not know. */
function idsIn(record: StoredDecision): VwoVariation {
  const kind = record['experimentVariationId'] ? 'experiment' : 'rollout';
  return Object.freeze({
    id: Number(record[`${kind}VariationId`]),
    key: String(record[`${kind}VariationId`]),
    campaignId: Number(record[`${kind}Id`]),
    campaignKey: String(record[`${kind}Key`]),
  });
}

/** The SDK hands out objects that all users share. */
function copied(variable: object): VwoVariable {
  const { id, type, key, value } = variable as VwoVariable;
  return Object.freeze({ ...(id !== undefined && { id }), type, key, value: frozenCopy(value) });
}
