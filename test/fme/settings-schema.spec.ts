import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { parseSettings } from '../../lib/fme/index.js';
import { VwoSettingsError } from '../../lib/common/vwo.errors.js';

/** VWO's own settings and cases for tests of its SDKs, by name. */
const published = createRequire(import.meta.url)('vwo-fme-sdk-e2e-test-settings-n-cases') as Record<string, object>;

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

  it('counts `{}` and missing lists as empty, and `[]` as an empty map', () => {
    const settings = parseSettings({ accountId: 1, features: {}, groups: [] });
    expect(settings).toEqual({ accountId: 1, features: [], campaigns: [], groups: {}, campaignGroups: {} });
    expect(parseSettings({ accountId: 1, features: null }).features).toEqual([]);
  });

  it('keeps what it does not know', () => {
    const raw = { accountId: '1', features: [{ key: 'a', news: { x: 1 } }], campaigns: [], somethingNew: [1, 2] };
    expect(parseSettings(raw)).toMatchObject(raw);
  });

  it('lets one bad feature not take the account down: the engine reports it', () => {
    const raw = { accountId: 1, features: [{ key: 12, rules: 'none' }, null, 'x', { key: 'good' }] };
    expect(parseSettings(raw).features).toEqual(raw.features);
  });

  it.each([
    [undefined, 'settings: expected object, got undefined'],
    ['<html>', 'settings: expected object, got "<html>"'],
    [[], 'settings: expected object, got a list of 0'],
    [{}, 'accountId: expected the account id, a number, got undefined'],
    [{ accountId: true }, 'accountId: expected the account id, a number, got true'],
    [{ accountId: 1, features: 'all' }, 'features: expected a list, got "all"'],
    [{ accountId: 1, features: { a: 1 } }, 'features: expected a list, got an object of Object'],
    [{ accountId: 1, campaigns: 3 }, 'campaigns: expected a list, got 3'],
    [{ accountId: 1, groups: [1] }, 'groups: expected an object, got a list of 1'],
    [{ accountId: 1, features: 3, groups: 4 }, 'features: expected a list, got 3; groups: expected an object, got 4'],
  ])('refuses %j, naming the place, what was expected and what came', (raw, message) => {
    expect(refusal(raw)).toBe(message);
  });

  it("refuses another account's settings", () => {
    expect(parseSettings({ accountId: 123456 }, '123456').accountId).toBe(123456);
    expect(refusal({ accountId: 123456 }, '654321')).toBe(
      'accountId: these are settings of account 123456, not of 654321',
    );
  });

  it('is not confused by keys such as `__proto__` and `constructor`', () => {
    const raw: unknown = JSON.parse(
      '{"accountId":1,"groups":{"__proto__":{"campaigns":["1"]},"constructor":{"campaigns":[]}},"campaignGroups":{"__proto__":1}}',
    );
    const { groups, campaignGroups } = parseSettings(raw);
    expect(Object.keys(groups ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(campaignGroups ?? {})).toEqual(['__proto__']);
  });
});
