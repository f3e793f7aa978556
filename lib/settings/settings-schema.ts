import { z } from 'zod';
import { VwoSettingsError } from '../common/index.js';
import { isEmpty } from '../model/index.js';
import { explained } from './explained.js';

export const accountIdSchema = z.union(
  [z.number().int().positive(), z.string().regex(/^\d+$/)],
  'expected the account id, a number',
);

/** A list. VWO sends `{}` for one that is empty; `null` and nothing are no list. */
export function listOf<T extends z.ZodType>(item: T) {
  return listLike(z.array(item));
}

/** A list of which the elements are not looked at, one by one, where an account may have thousands. */
export const anyList = listLike(z.custom<unknown[]>(Array.isArray, 'expected a list'));

function listLike<T extends z.ZodType>(list: T) {
  return z.preprocess((value) => (isEmpty(value) ? [] : value), list);
}

/** An object. VWO sends `[]` for one that is empty; `null` and nothing are no object. */
export function mapOf<T extends z.ZodType>(object: T) {
  return z.preprocess((value) => (isEmpty(value) ? {} : value), object);
}

/**
 * What arrived as settings, checked: the schema, and whose they are where `accountId` is given. Throws `VwoSettingsError`:
 * the place, what was expected, what came.
 */
export function checkedSettings<T extends { accountId: number | string }>(
  schema: z.ZodType<T>,
  raw: unknown,
  accountId?: string,
): T {
  const result = schema.safeParse(raw);
  if (!result.success) throw new VwoSettingsError(explained(result.error, raw));
  const whose = result.data.accountId;
  if (accountId !== undefined && String(whose) !== accountId) {
    throw new VwoSettingsError(`accountId: these are settings of account ${whose}, not of ${accountId}`);
  }
  return result.data;
}
