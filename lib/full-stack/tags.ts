import { isAttribute, unsendable, type VwoAttributes } from '../client/index.js';
import type { Diagnostics } from '../common/index.js';

/** Longest key or value of a tag that VWO takes, in characters. */
const LONGEST = 255;

/** Tags as the SDK takes them, all of them text; undefined, and a warning, when they cannot be sent. */
export function tagsOf(given: VwoAttributes, diagnostics: Diagnostics): Readonly<Record<string, string>> | undefined {
  const what = unsendable(given, isTag);
  if (what === undefined) return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
  diagnostics.warn(
    'tags',
    `Tags were not sent: each is a string of at most ${LONGEST} characters, a number or a boolean, and ${what}.`,
  );
  return undefined;
}

function isTag(value: unknown, key: string): boolean {
  return key !== '' && key.length <= LONGEST && isAttribute(value) && String(value).length <= LONGEST;
}
