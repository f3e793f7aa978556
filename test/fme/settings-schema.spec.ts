import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { parseSettings } from '../../lib/fme/settings-schema.js';
import { VwoSettingsError } from '../../lib/common/vwo.errors.js';

/** VWO's own settings and cases for tests of its SDKs, by name. */
const published = createRequire(import.meta.url)('vwo-fme-sdk-e2e-test-settings-n-cases') as Record<string, object>;

/** Settings of an account without flags. */
const none = { accountId: 1, features: [], campaigns: [] };

const refusal = (raw: unknown, accountId?: string): string => {
  try {
    parseSettings(raw, accountId);
  } catch (error) {
    expect(error).toBeInstanceOf(VwoSettingsError);
    return (error as Error).message;
  }
  throw new Error('was not refused');
};

describe('parseSettings', () => {
  it('takes all the settings that VWO publishes for tests, but for those that the official SDK refuses too', () => {
    const names = Object.keys(published).filter((name) => name.includes('SETTINGS'));
    expect(names).toHaveLength(13);
    for (const name of names.filter((other) => other !== 'SETTINGS_WITH_WRONG_TYPE_FOR_VALUES')) {
      expect(() => parseSettings(published[name])).not.toThrow();
    }
    expect(refusal(published.SETTINGS_WITH_WRONG_TYPE_FOR_VALUES)).toMatch(/^accountId: .*, got true$/);
  });

  it('counts `{}` as an empty list and `[]` as an empty map, as VWO sends them; groups may be missing', () => {
    const settings = parseSettings({ accountId: 1, features: {}, campaigns: {}, groups: [] });
    expect(settings).toEqual({ accountId: 1, features: [], campaigns: [], groups: {} });
  });

  it('keeps what it does not know', () => {
    const raw = { accountId: '1', features: [{ key: 'a', news: { x: 1 } }], campaigns: [], somethingNew: [1, 2] };
    expect(parseSettings(raw)).toMatchObject(raw);
  });

  it('accepts settings with one bad feature: the engine reports it', () => {
    const raw = { accountId: 1, features: [{ key: 12, rules: 'none' }, null, 'x', { key: 'good' }], campaigns: [] };
    expect(parseSettings(raw).features).toEqual(raw.features);
  });

  it.each([
    [undefined, 'settings: expected an object, got undefined'],
    ['<html>', 'settings: expected an object, got "<html>"'],
    [[], 'settings: expected an object, got a list of 0'],
    [{ ...none, accountId: undefined }, 'accountId: expected the account id, a number, got undefined'],
    [{ ...none, accountId: true }, 'accountId: expected the account id, a number, got true'],
    [{ ...none, features: 'all' }, 'features: expected a list, got "all"'],
    [{ ...none, features: { a: 1 } }, 'features: expected a list, got an object'],
    [{ ...none, campaigns: 3 }, 'campaigns: expected a list, got 3'],
    [{ ...none, groups: [1] }, 'groups: expected an object, got a list of 1'],
    [{ ...none, features: 3, groups: 4 }, 'features: expected a list, got 3; groups: expected an object, got 4'],
  ])('refuses %j, naming the place, what was expected and what came', (raw, message) => {
    expect(refusal(raw)).toBe(message);
  });

  it.each([
    [{ accountId: 1 }, 'features: expected a list, got undefined; campaigns: expected a list, got undefined'],
    [{ accountId: 1, features: [] }, 'campaigns: expected a list, got undefined'],
    [{ accountId: 1, campaigns: [] }, 'features: expected a list, got undefined'],
    [{ ...none, features: null }, 'features: expected a list, got null'],
    [{ ...none, campaigns: null }, 'campaigns: expected a list, got null'],
    [{ ...none, campaignGroups: null }, 'campaignGroups: expected an object, got null'],
  ])('refuses half an answer, %j: it must not switch every flag off', (raw, message) => {
    expect(refusal(raw)).toBe(message);
  });

  it("refuses another account's settings", () => {
    expect(parseSettings({ ...none, accountId: 123456 }, '123456').accountId).toBe(123456);
    expect(refusal({ ...none, accountId: 123456 }, '654321')).toBe(
      'accountId: these are settings of account 123456, not of 654321',
    );
  });

  it('is not confused by keys such as `__proto__` and `constructor`', () => {
    const raw: unknown = JSON.parse(
      '{"accountId":1,"features":[],"campaigns":[],"groups":{"__proto__":{"campaigns":["1"]},"constructor":{"campaigns":[]}},"campaignGroups":{"__proto__":1}}',
    );
    const { groups, campaignGroups } = parseSettings(raw);
    expect(Object.keys(groups ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(campaignGroups ?? {})).toEqual(['__proto__']);
  });
});
