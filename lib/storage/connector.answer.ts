import { errorText, shown } from '../common/index.js';
import { isObject, isPlainObject, type StoredDecision } from '../model/index.js';
import { storableCopy, unreadable } from './json-record.js';

/** The fields of a record that VWO's Full Stack SDK writes. */
export const FULL_STACK_FIELDS = ['userId', 'campaignKey', 'variationName', 'goalIdentifier', 'metaData'] as const;

/**
 * The record in what a connector's `get` gave, as a copy; undefined where nothing is stored.
 * @param question the fields that say what was asked for: VWO's own example stores neither key nor user
 * @param documented the fields to read by name, wherever they sit
 */
export function recordInAnswer(
  answer: unknown,
  question: StoredDecision,
  documented: readonly string[],
): StoredDecision | undefined {
  if (!answer) return undefined;
  if (!isObject(answer)) return unreadable(`get gave ${shown(answer)}`);
  try {
    const fields = fieldsOf(answer, documented);
    if (documented.some((name) => name in fields)) return Object.freeze({ ...question, ...fields });
    if (Object.keys(fields).length === 0 && isPlainObject(answer)) return undefined;
    return unreadable(`get gave ${shown(answer)} with none of the fields ${documented.join(', ')}`);
  } catch (error) {
    return unreadable(errorText(error)); // an accessor that throws, or a value that JSON cannot carry
  }
}

function fieldsOf(answer: Readonly<Record<string, unknown>>, documented: readonly string[]): Record<string, unknown> {
  const own = storableCopy(answer);
  const fields: Record<string, unknown> = isObject(own) ? { ...own } : {};
  for (const name of documented) {
    const value = name in fields ? undefined : answer[name];
    if (value !== undefined && typeof value !== 'function') fields[name] = storableCopy(value);
  }
  return fields;
}
