import {
  ErrorCode,
  type FlagMetadata,
  type FlagValueType,
  type JsonValue,
  type ResolutionDetails,
  StandardResolutionReasons as Reasons,
} from '@openfeature/server-sdk';
import { ID_RULE, type Visit } from '../client/index.js';
import { shown } from '../common/index.js';
import { EVALUATION_REASONS, type FlagReason, isObject, put, type VwoFlag } from '../model/index.js';
import { addressOf, type FlagAddress } from './flag-address.js';

/** What an application asks OpenFeature for. */
export interface Asked<T extends JsonValue> {
  readonly flagKey: string;
  readonly type: FlagValueType;
  readonly defaultValue: T;
  /** The variable that the evaluation context names; undefined: none. */
  readonly variable: string | undefined;
  /** Whether the evaluation context names a user. */
  readonly hasTarget: boolean;
}

/** What keeps a flag from having any value: the code, and what to do. */
const FAULTS = {
  unknown: [ErrorCode.FLAG_NOT_FOUND, 'the settings know no flag of that key'],
  'no-target': [
    ErrorCode.TARGETING_KEY_MISSING,
    'it is not known who the user is: give a `targetingKey`, or evaluate inside a visit that has a user',
  ],
  nobody: [ErrorCode.INVALID_CONTEXT, `the \`targetingKey\` must be ${ID_RULE}`],
  'no-settings': [
    ErrorCode.PROVIDER_NOT_READY,
    'there are no settings: VWO has given none yet, or the client is closed',
  ],
} as const;

type Fault = keyof typeof FAULTS;

const ABSENT = Symbol('absent');

/** Reads what is asked for in a visit. Throws what reading a flag throws. */
export function resolvedIn<T extends JsonValue>(visit: Visit, asked: Asked<T>): ResolutionDetails<T> {
  const address = addressOf(visit, asked.flagKey);
  const isPlain = address.variable === undefined && asked.variable === undefined;
  if (isPlain && asked.type === 'number' && visit.has?.(address.feature)) return mismatch(asked, 'a flag'); // unread: no impression
  const flag = visit.flag(address.feature);
  const fault = faultOf(flag.reason, asked);
  if (fault) return faulty(asked, fault);
  const named = namedIn(flag, address, asked.variable);
  const value = named === undefined ? ownValue(flag, asked.type) : flag.getVariable<unknown>(named, ABSENT);
  if (value === ABSENT) return withoutValue(visit, flag, named, asked);
  if (!isOfType(value, asked.type)) return mismatch(asked, named === undefined ? 'a flag' : typeName(value));
  const isOn = flag.isEnabled();
  return {
    value: value as T,
    variant: flag.variation?.key ?? (isOn ? 'on' : 'off'),
    reason: EVALUATION_REASONS[flag.reason],
    flagMetadata: metadataOf(visit, flag, named),
  };
}

/** What cannot be resolved at all. */
export function faulty<T extends JsonValue>(asked: Asked<T>, fault: Fault): ResolutionDetails<T> {
  const [code, why] = FAULTS[fault];
  return failed(asked, code, `Flag ${shown(asked.flagKey)}: ${why}.`);
}

function faultOf(reason: FlagReason, { hasTarget }: Pick<Asked<JsonValue>, 'hasTarget'>): Fault | undefined {
  if (reason === 'nobody') return hasTarget ? 'nobody' : 'no-target';
  return reason === 'unknown' || reason === 'no-settings' ? reason : undefined;
}

export function failed<T extends JsonValue>(
  { defaultValue }: Pick<Asked<T>, 'defaultValue'>,
  errorCode: ErrorCode,
  errorMessage: string,
): ResolutionDetails<T> {
  return { value: defaultValue, reason: Reasons.ERROR, errorCode, errorMessage };
}

/** The one in the flag key goes first. The context's counts where the flag has such a variable: `key` is a common name. */
function namedIn(flag: VwoFlag, { variable }: FlagAddress, inContext: string | undefined): string | undefined {
  if (variable !== undefined || inContext === undefined) return variable;
  return flag.getVariable<unknown>(inContext, ABSENT) === ABSENT ? undefined : inContext;
}

/** Of a flag whose key names no variable: on or off, which variation, or all variables. */
function ownValue(flag: VwoFlag, type: FlagValueType): unknown {
  switch (type) {
    case 'boolean':
      return flag.isEnabled();
    case 'string':
      return flag.variation?.key ?? ABSENT;
    case 'object':
      return flag.isEnabled() || flag.getVariables().length > 0 ? variablesOf(flag) : ABSENT;
    case 'number':
      return undefined; // of no type
  }
}

/** Of two variables with one key the first counts. */
function variablesOf(flag: VwoFlag): object {
  const values = {};
  for (const { key, value } of flag.getVariables()) if (!Object.hasOwn(values, key)) put(values, key, value);
  return values;
}

/** A flag that is off has no variation and no variables: the caller's default stands for them. */
function withoutValue<T extends JsonValue>(
  visit: Visit,
  flag: VwoFlag,
  variable: string | undefined,
  asked: Asked<T>,
): ResolutionDetails<T> {
  if (flag.isEnabled() && variable !== undefined) {
    const what = `Flag ${shown(flag.key)} has no variable ${shown(variable)} for this user`;
    return failed(asked, ErrorCode.FLAG_NOT_FOUND, `${what}.`);
  }
  const reason = flag.reason === 'disabled' ? Reasons.DISABLED : flag.isEnabled() ? Reasons.UNKNOWN : Reasons.DEFAULT;
  return { value: asked.defaultValue, reason, flagMetadata: metadataOf(visit, flag, variable) };
}

function mismatch<T extends JsonValue>(asked: Asked<T>, what: string): ResolutionDetails<T> {
  const wanted = asked.type === 'object' ? 'an object' : `a ${asked.type}`;
  const cure = what === 'a flag' ? ', whose variables have types: <flag key>.<variable>' : '';
  const message = `${shown(asked.flagKey)} was evaluated as ${wanted}, and is ${what}${cure}.`;
  return failed(asked, ErrorCode.TYPE_MISMATCH, message);
}

/** Lists and null are JSON, too. */
function isOfType(value: unknown, type: FlagValueType): boolean {
  return typeof value === type;
}

function typeName(value: unknown): string {
  return isObject(value) || Array.isArray(value) ? 'JSON' : `a ${typeof value}`;
}

/** Flat. `contextId` is OpenFeature's own name for whom it was decided for: inside a request no `targetingKey` says it. */
function metadataOf({ user }: Visit, flag: VwoFlag, variable: string | undefined): FlagMetadata {
  const { key, source, reason, variation } = flag;
  return {
    featureKey: key,
    ...(variable !== undefined && { variable }),
    source,
    vwoReason: reason,
    ...(variation && {
      campaignId: variation.campaignId,
      campaignKey: variation.campaignKey,
      variationId: variation.id,
    }),
    ...(user && { contextId: user.id }),
  };
}
