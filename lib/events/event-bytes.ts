import type { EventUser, QueuedEvent } from './queued-event.js';

/** An event that waits and its user, without what can be large in them. */
const EVENT = 512;
/** An object or a list, without what is in it. */
const OBJECT = 32;
/** A field, or an entry of a list, and a value in it that is neither text nor an object. */
const FIELD = 16;
/** Text outside Latin-1 takes two bytes a character. */
const CHARACTER = 2;

/** What else stays in memory as long as an event of a visit's user does, though VWO is not told of it. */
interface UserInMemory extends EventUser {
  readonly variationTargetingVariables?: object | undefined;
  readonly platformVariables?: object | undefined;
  readonly metaData?: object | undefined;
  readonly userStorageData?: object | undefined;
  readonly _vwo?: object | undefined;
}

/**
 * What an event takes in memory without its user, in bytes: estimated, rather too much than too little, by what can be large, its
 * texts and fields. Never throws.
 * @param most where the count ends: what is larger than that is not looked through
 */
export function eventBytes({ event }: QueuedEvent<unknown>, most: number): number {
  return EVENT + valueBytes(event, most);
}

/** The same of a user. */
export function userBytes(user: UserInMemory, most: number): number {
  let bytes = (user.id.length + (user.userAgent?.length ?? 0)) * CHARACTER;
  if (user.customVariables) bytes += valueBytes(user.customVariables, most);
  if (user.variationTargetingVariables) bytes += valueBytes(user.variationTargetingVariables, most);
  if (user.postSegmentationVariables) bytes += valueBytes(user.postSegmentationVariables, most);
  if (user.platformVariables) bytes += valueBytes(user.platformVariables, most);
  if (user.metaData) bytes += valueBytes(user.metaData, most);
  if (user.userStorageData) bytes += valueBytes(user.userStorageData, most);
  if (user._vwo) bytes += valueBytes(user._vwo, most);
  return bytes;
}

/** Of what cannot be read nothing counts: it cannot be written as JSON either, and costs its event. */
function valueBytes(value: unknown, most: number): number {
  try {
    return readableBytes(value, most);
  } catch {
    return OBJECT;
  }
}

/** Values without objects in them are the rule, and are looked through once, with nothing noted. */
function readableBytes(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return plainBytes(value);
  if (ArrayBuffer.isView(value)) return OBJECT + value.byteLength;
  let bytes = OBJECT;
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    if (typeof field === 'object' && field !== null) return nestedBytes(value, most);
    bytes += plainBytes(field);
    if (bytes > most) break;
  }
  return bytes;
}

/** Each object counts once, however often it stands there. Not recursive: values may be nested deeper than the stack. */
function nestedBytes(root: object, most: number): number {
  const seen = new Set<object>([root]);
  let bytes = 0;
  for (const value of seen) {
    bytes += OBJECT;
    if (ArrayBuffer.isView(value)) {
      bytes += value.byteLength;
      continue;
    }
    for (const key in value) {
      const field = (value as Record<string, unknown>)[key];
      bytes += plainBytes(field);
      if (typeof field === 'object' && field !== null) seen.add(field);
      if (bytes > most) return bytes;
    }
  }
  return bytes;
}

/** Of an object only the field that it stands in. */
function plainBytes(value: unknown): number {
  return typeof value === 'string' ? FIELD + value.length * CHARACTER : FIELD;
}
