import type { VwoAttributes } from '../client/index.js';
import { type Diagnostics, shown } from '../common/index.js';
import { isObject } from '../model/index.js';

/** Longest key or value of a tag that VWO takes, in characters. */
const LONGEST = 255;

/** Tags as the SDK takes them, all of them text; undefined, and a warning, when they cannot be sent. */
export function tagsOf(given: VwoAttributes, diagnostics: Diagnostics): Readonly<Record<string, string>> | undefined {
  const tags = Object.entries(isObject(given) ? given : {});
  const wrong = tags.find(([key, value]) => !isTag(key, value));
  if (tags.length > 0 && !wrong) return Object.fromEntries(tags.map(([key, value]) => [key, String(value)]));
  const what = wrong ? `\`${wrong[0].slice(0, LONGEST)}\` is ${shown(wrong[1])}` : 'there are none';
  diagnostics.warn(
    'tags',
    `Tags were not sent: each is a string of at most ${LONGEST} characters, a number or a boolean, and ${what}.`,
  );
  return undefined;
}

function isTag(key: string, value: unknown): boolean {
  return (
    key !== '' &&
    key.length <= LONGEST &&
    ['string', 'number', 'boolean'].includes(typeof value) &&
    String(value).length <= LONGEST
  );
}
