import type { EvaluationContext, EvaluationContextValue } from '@openfeature/server-sdk';
import { userIdOf } from '../client/index.js';
import { isObject, type JsonObject, put, type UserId, type VwoUserContext } from '../model/index.js';

/** What OpenFeature's evaluation context calls as VWO's user context does, where its value is of the right type. */
const FIELDS: Readonly<Record<Exclude<keyof VwoUserContext, 'id'>, (value: unknown) => boolean>> = {
  ipAddress: isText,
  userAgent: isText,
  bucketingSeed: isText,
  sessionId: (value) => typeof value === 'number',
  isDevMode: (value) => typeof value === 'boolean',
  customVariables: isObject,
  variationTargetingVariables: isObject,
  postSegmentationVariables: (value) => Array.isArray(value) && value.every(isText),
  platformVariables: isObject,
  metaData: isObject,
  userStorageData: isObject,
  _vwo: isObject,
  _wingify: isObject,
};

/**
 * VWO's user of OpenFeature's evaluation context; undefined without a `targetingKey`. Names of VWO's user context (`ipAddress`,
 * `userAgent`, `customVariables`, …) are put there; every other attribute is a custom variable, a date as ISO 8601. For the option
 * `user` of `VwoModule`, where an application has a context factory: both ways of reading flags then meet the same user.
 *
 * ```ts
 * VwoModule.forRoot({ user: async (context) => vwoUserOf(await contextFactory(context)) });
 * ```
 */
export function vwoUserOf(context: EvaluationContext | undefined): VwoUserContext<UserId> | undefined {
  const id = targetOf(context);
  if (context === undefined || id === undefined) return undefined;
  const fields = Object.entries(context).filter(([name, value]) => isField(name, value));
  const customVariables = { ...attributesOf(context), ...(fields.find(isCustomVariables)?.[1] as JsonObject) };
  return { ...Object.fromEntries(fields), id, ...(Object.keys(customVariables).length > 0 && { customVariables }) };
}

/** Whom the context names; undefined: nobody, as where it is blank. What is no id is the client's to refuse. */
export function targetOf(context: EvaluationContext | undefined): UserId | undefined {
  const given: unknown = context?.targetingKey ?? undefined;
  return given === undefined || userIdOf(given) === '' ? undefined : (given as UserId);
}

/** The variable that the context names, as for VWO's own OpenFeature provider. */
export function variableNamedIn({ key }: EvaluationContext): string | undefined {
  return isText(key) ? key : undefined;
}

/** What in the context is a custom variable, by name. */
export function attributesOf(context: EvaluationContext): JsonObject {
  const attributes = {};
  for (const [name, value] of Object.entries(context)) {
    const isOther = name === 'targetingKey' || isField(name, value) || (name === 'key' && isText(value));
    if (!isOther && value !== undefined) put(attributes, name, plain(value));
  }
  return attributes;
}

function isField(name: string, value: unknown): boolean {
  return Object.hasOwn(FIELDS, name) && FIELDS[name as keyof typeof FIELDS](value);
}

function isCustomVariables([name]: [string, unknown]): boolean {
  return name === 'customVariables';
}

function plain(value: EvaluationContextValue): unknown {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
