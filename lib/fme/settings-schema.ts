import { isObject } from '../model/index.js';
import { z } from 'zod';
import { accountIdSchema, anyList, checkedSettings, mapOf } from '../settings/index.js';
import type { VwoSettings } from './engine/index.js';

const map = mapOf(z.custom<object>(isObject, 'expected an object'));

/**
 * What decisions cannot do without: an answer that lacks features or campaigns is refused. The rest is not checked here:
 * what is unknown stays, and what is wrong inside one feature or campaign is the engine's to report, so that one bad
 * rule does not make the settings of the whole account invalid.
 */
const schema = z.looseObject({
  accountId: accountIdSchema,
  features: anyList,
  campaigns: anyList,
  groups: map.optional(),
  campaignGroups: map.optional(),
});

/** Settings as VWO answers them, checked. Throws `VwoSettingsError`: the place, what was expected, what came. */
export function parseSettings(raw: unknown, accountId?: string): VwoSettings {
  return checkedSettings(schema, raw, accountId) as unknown as VwoSettings;
}
