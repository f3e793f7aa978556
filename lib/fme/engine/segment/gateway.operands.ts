import { text } from './custom-variable.operand.js';
import { isObject, own } from '../../../model/index.js';
import type { SegmentTest } from '../model/segment.js';

/** `country`, `region`, `city`: all must be what the gateway found for the user's address. */
export function locationTest(wanted: ReadonlyMap<string, unknown>): SegmentTest {
  const entries = [...wanted].map(([key, value]) => [key, normal(value)] as const);
  return ({ user }) => {
    const location: unknown = user.gateway?.location;
    if (user.ipAddress === undefined || !isObject(location)) return false;
    return entries.every(([key, value]) => Object.hasOwn(location, key) && normal(location[key]) === value);
  };
}

/**
 * `os`, `browser_string`, `device_type`, `device`: one of them must be what the gateway found for the user agent.
 * Throws when a wildcard makes no pattern.
 */
export function deviceTest(wanted: ReadonlyMap<string, readonly string[]>): SegmentTest {
  const tests = [...wanted].map(([key, values]) => [key, anyOf(values.map((value) => value.toLowerCase()))] as const);
  return ({ user }) => {
    const found: unknown = user.gateway?.userAgent;
    if (!user.userAgent || !isObject(found)) return false;
    for (const [key, test] of tests) {
      const value = own(found, key);
      if (typeof value === 'string' && test(value)) return true;
    }
    return false;
  };
}

/** `os_version`, `browser_version`, as the gateway found it. */
export function foundVersion(gatewayUserAgent: unknown, key: string): string | undefined {
  if (!isObject(gatewayUserAgent)) return undefined;
  const version = own(gatewayUserAgent, key);
  return version == null || typeof version === 'object' ? undefined : String(version);
}

function anyOf(values: readonly string[]): (value: string) => boolean {
  const exact = new Set(values);
  const patterns = values
    .filter((value) => value.startsWith('wildcard(') && value.endsWith(')'))
    .map((value) => new RegExp(value.slice(9, -1).replace(/\*/g, '.*'), 'i'));
  return (value) => patterns.some((pattern) => pattern.test(value)) || exact.has(value.toLowerCase());
}

/** Without the quotes and blanks around it. */
function normal(value: unknown): string | null {
  if (value == null) return null;
  return text(value)?.replace(/^"|"$/g, '').trim() ?? null;
}
