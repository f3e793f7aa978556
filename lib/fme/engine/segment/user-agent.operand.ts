import { asText, isObject, knownDetails, own, scalarText } from '../../../model/index.js';
import type { SegmentTest } from '../model/segment.js';
import type { SettingsPath } from '../model/settings-path.js';
import type { SegmentDraft } from './segment-draft.js';
import { numericTest, textTest, type ValueTest } from './value-form.js';

/** `ua`: the user agent as it was sent. */
export function userAgentOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  if (isObject(operand) || Array.isArray(operand)) return draft.noText(place, operand);
  const test = numericTest(draft.form(String(operand), place));
  return ({ user }) => !!user.userAgent && test(decoded(asText(user.userAgent)));
}

/** `ip_address` */
export function addressOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  const test = plainTest(operand, place, draft);
  return ({ user }) => !!user.ipAddress && test(asText(user.ipAddress));
}

/** `os_version`, `browser_version`: as the gateway found it in the user agent, or the application. */
export function versionOperand(
  kind: 'os_version' | 'browser_version',
  operand: unknown,
  place: SettingsPath,
  draft: SegmentDraft,
): SegmentTest {
  const test = plainTest(operand, place, draft);
  return ({ user }) => {
    const version = foundVersion((knownDetails(user) ?? user.gateway)?.userAgent, kind);
    return version !== undefined && test(version);
  };
}

function foundVersion(details: unknown, kind: string): string | undefined {
  return isObject(details) ? scalarText(own(details, kind)) : undefined;
}

function plainTest(operand: unknown, place: SettingsPath, draft: SegmentDraft): ValueTest {
  if (!isObject(operand) && !Array.isArray(operand)) return textTest(draft.form(String(operand), place));
  draft.noText(place, operand);
  return () => false;
}

/** A user agent may come URL-encoded; one that only looks like it is taken as it is. */
function decoded(userAgent: string): string {
  try {
    return decodeURIComponent(userAgent);
  } catch {
    return userAgent;
  }
}
