import { z } from 'zod';
import type { VwoSettings } from './engine/index.js';
import { shown } from '../common/index.js';
import { VwoSettingsError } from '../common/index.js';

/** VWO sends `{}` for a list that is empty, and its own servers `[]` for a map that is. */
const list = z.preprocess((value) => (value == null || isEmpty(value) ? [] : value), z.array(z.unknown()));
const map = z.preprocess(
  (value) => (value == null || isEmpty(value) ? {} : value),
  z.custom<object>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'expected an object',
  ),
);

/**
 * What decisions cannot do without. The rest is lenient: what is unknown stays, and what is wrong inside one feature or
 * campaign is the engine's to report, so that one bad rule does not take the whole account down.
 */
const schema = z.looseObject({
  accountId: z.union([z.number().int().positive(), z.string().regex(/^\d+$/)], 'expected the account id, a number'),
  features: list,
  campaigns: list,
  groups: map,
  campaignGroups: map,
});

/** Settings as VWO answers them, checked. Throws `VwoSettingsError`: the place, what was expected, what came. */
export function parseSettings(raw: unknown, accountId?: string): VwoSettings {
  const result = schema.safeParse(raw);
  if (!result.success) throw new VwoSettingsError(explained(result.error, raw));
  if (accountId !== undefined && String(result.data.accountId) !== accountId) {
    throw new VwoSettingsError(
      `accountId: these are settings of account ${result.data.accountId}, not of ${accountId}`,
    );
  }
  return result.data as unknown as VwoSettings;
}

function explained(error: z.ZodError, raw: unknown): string {
  const lines = error.issues.slice(0, 3).map((issue) => {
    const place = placeOf(issue.path);
    const rule = issue.message
      .replace(/^Invalid input: /, '')
      .replace(/, received .*$/, '')
      .replace('array', 'a list');
    return `${place ? `${place}: ` : 'settings: '}${rule}, got ${shown(valueAt(raw, issue.path))}`;
  });
  return lines.join('; ');
}

/** `features[3].key` */
function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (place, part) =>
      typeof part === 'number' ? `${place}[${part}]` : place ? `${place}.${String(part)}` : String(part),
    '',
  );
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], raw);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
