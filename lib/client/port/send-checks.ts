import { type Diagnostics, shown } from '../../common/index.js';
import { isObject } from '../../model/index.js';
import type { VwoAttributes } from './visit.js';

/** False, and a warning, for what cannot be sent: there is no user, or there are no settings yet. */
export function warnUnsent(diagnostics: Diagnostics, what: string, user: object | undefined): false {
  const why = user ? 'there are no settings yet' : 'there is no user';
  diagnostics.warn(`unsent:${why}`, `${what} could not be sent: ${why}.`);
  return false;
}

/** Why these attributes cannot be sent, for messages: there are none, or the first that VWO does not take. Undefined: they can. */
export function unsendable(
  given: VwoAttributes,
  isSendable: (value: unknown, name: string) => boolean,
): string | undefined {
  const attributes = entriesOf(given);
  if (attributes === undefined) return 'they cannot be read';
  const wrong = attributes.find(([name, value]) => !isSendable(value, name));
  if (wrong) return `\`${wrong[0].slice(0, LONGEST_NAME)}\` is ${shown(wrong[1])}`;
  return attributes.length > 0 ? undefined : 'there are none';
}

/** Undefined: an accessor throws. */
function entriesOf(given: VwoAttributes): readonly (readonly [string, unknown])[] | undefined {
  try {
    return Object.entries(isObject(given) ? given : {});
  } catch {
    return undefined;
  }
}

/** Of a name in a message, in characters. */
const LONGEST_NAME = 255;

/** Whether an attribute is a string, a number or a boolean, as all of VWO's products ask. */
export function isAttribute(value: unknown): value is VwoAttributes[string] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
