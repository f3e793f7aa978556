import { asText, isObject, knownDetails } from '../../../model/index.js';
import type { SegmentTest } from '../model/segment.js';

const KINDS = ['country', 'region', 'city'] as const;

/** The places that a node of an `and` asks for. */
export function locationKinds(node: unknown): readonly string[] {
  return isObject(node) ? KINDS.filter((kind) => Object.hasOwn(node, kind)) : [];
}

export function isLocation(operator: string): boolean {
  return (KINDS as readonly string[]).includes(operator);
}

/** `country`, `region`, `city`: all must be what the gateway found for the user's address. */
export function locationTest(wanted: ReadonlyMap<string, unknown>): SegmentTest {
  const entries = [...wanted].map(([key, value]) => [key, normal(value)] as const);
  return ({ user }) => {
    const location: unknown = (knownDetails(user) ?? user.gateway)?.location;
    if (user.ipAddress === undefined || !isObject(location)) return false;
    return entries.every(([key, value]) => Object.hasOwn(location, key) && normal(location[key]) === value);
  };
}

/** Without the quotes and blanks around it. */
function normal(value: unknown): string | null {
  return value == null ? null : asText(value).replace(/^"|"$/g, '').trim();
}
