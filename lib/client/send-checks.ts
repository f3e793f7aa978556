import { type Diagnostics, shown } from '../common/index.js';
import { isObject } from '../model/index.js';
import type { VwoAttributes } from './visit.js';

/** False, and said, where there is no user or nothing is known of the account yet. */
export function warnUnsent(diagnostics: Diagnostics, what: string, user: object | undefined): false {
  const why = user ? 'there are no settings yet' : 'there is no user';
  diagnostics.warn(`unsent:${why}`, `${what} could not be sent: ${why}.`);
  return false;
}

/** Whether the settings know a custom event; said once where they do not. */
export function isKnownEvent(diagnostics: Diagnostics, known: ReadonlySet<string>, eventName: string): boolean {
  if (known.has(eventName)) return true;
  diagnostics.warnOnce(
    `event:${eventName}`,
    `Event ${shown(eventName)} was not sent: no feature's metrics in VWO know it. Is it the metric's API name?`,
  );
  return false;
}

/** Whether VWO can take these attributes; said where it cannot. */
export function areSendable(diagnostics: Diagnostics, given: VwoAttributes): boolean {
  const attributes = isObject(given) ? given : {};
  const wrong = Object.entries(attributes).find(([, value]) => !['string', 'number', 'boolean'].includes(typeof value));
  if (!wrong && Object.keys(attributes).length > 0) return true;
  const what = wrong ? `\`${wrong[0]}\` is ${shown(wrong[1])}` : 'there are none';
  diagnostics.warn('attributes', `Attributes were not sent: each is a string, a number or a boolean, and ${what}.`);
  return false;
}
