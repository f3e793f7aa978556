import { isObject, knownDetails, own } from '../../../model/index.js';
import type { SegmentTest } from '../model/segment.js';
import { BoundedRegex } from './regex/index.js';

const KINDS: ReadonlySet<string | undefined> = new Set(['os', 'browser_string', 'device_type', 'device']);

export function isDevice(operator: string | undefined): boolean {
  return KINDS.has(operator);
}

/** The values that an operand lists: a text, or a list of texts. */
export function deviceValues(operand: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  return values.filter((entry) => typeof entry === 'string');
}

/**
 * `os`, `browser_string`, `device_type`, `device`: one of them must be what the gateway found for the user agent.
 * Throws when a wildcard makes no pattern.
 */
export function deviceTest(wanted: ReadonlyMap<string, readonly string[]>): SegmentTest {
  const tests = [...wanted].map(([key, values]) => [key, anyOf(values.map((value) => value.toLowerCase()))] as const);
  return ({ user }) => {
    const found: unknown = (knownDetails(user) ?? user.gateway)?.userAgent;
    if (!user.userAgent || !isObject(found)) return false;
    for (const [key, test] of tests) {
      const value = own(found, key);
      if (typeof value === 'string' && test(value)) return true;
    }
    return false;
  };
}

function anyOf(values: readonly string[]): (value: string) => boolean {
  const exact = new Set(values);
  const patterns = values
    .filter((value) => value.startsWith('wildcard(') && value.endsWith(')'))
    .map((value) => new BoundedRegex(value.slice(9, -1).replace(/\*/g, '.*'), 'i'));
  return (value) => patterns.some((pattern) => pattern.test(value)) || exact.has(value.toLowerCase());
}
