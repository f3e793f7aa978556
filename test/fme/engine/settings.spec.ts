import { describe, expect, it } from '@jest/globals';
import { compile, decide, type VwoSettings } from '../../../lib/fme/engine/index.js';
import { accountOf, CHECKOUT, NOTHING_STORED, settingsOf, user } from './account.fixture.js';

function isIn(segments: unknown, more: object = {}): boolean {
  return decide(accountOf({ f: [{ id: 1, segments }] }), 'f', user('ann', more), NOTHING_STORED).flag.isEnabled();
}

describe('settings of an unusual shape', () => {
  it('may have {} for an empty list, or nothing at all', () => {
    for (const empty of [
      { features: {}, campaigns: {} },
      {},
      { features: [{ id: 1, key: 'f', rules: {}, metrics: {} }], campaigns: [] },
    ]) {
      const compiled = compile({ accountId: 1, ...empty } as VwoSettings);
      expect([compiled.problems, decide(compiled, 'f', user('ann'), NOTHING_STORED).flag.isEnabled()]).toEqual([
        [],
        false,
      ]);
    }
  });

  it('are reported once, with the feature, the place and what is wrong', () => {
    const settings = settingsOf({
      one: [{ id: 1, segments: { and: [{ weather: 'sunny' }, { custom_variable: { plan: 5 } }] } }],
      two: [{ id: 2, type: 'FLAG_TESTING', segments: { or: [{ custom_variable: { plan: 'regex(()' } }] } }],
    });
    const again = {
      ...settings,
      features: [
        ...(settings.features as object[]),
        { id: 3, key: 'three', rules: [{ campaignId: 1 }, { campaignId: 99 }, 'x'] },
        { id: 4 },
      ],
    };
    const { problems } = compile(again as VwoSettings);
    expect(problems).toEqual([
      { where: 'features[3]', what: 'a feature needs a key' },
      {
        featureKey: 'one',
        where: 'campaigns[0].variations[0].segments.and[0].weather',
        what: 'unknown operand "weather"',
      },
      {
        featureKey: 'one',
        where: 'campaigns[0].variations[0].segments.and[1].custom_variable.plan',
        what: 'a text was expected, got 5',
      },
      {
        featureKey: 'two',
        where: 'campaigns[1].segments.or[0].custom_variable.plan',
        what: 'no regular expression: "("',
      },
      { featureKey: 'three', where: 'features[2].rules[1]', what: 'its campaign 99 is not in the settings' },
      { featureKey: 'three', where: 'features[2].rules[2]', what: 'a rule was expected, got "x"' },
    ]);
  });

  it('match nobody in an unknown operand, and everybody in its “not”, as the official SDK does', () => {
    expect([isIn({ or: [{ weather: 'sunny' }] }), isIn({ not: { or: [{ weather: 'sunny' }] } })]).toEqual([
      false,
      true,
    ]);
  });

  it('leave out campaigns of an unknown type, and say so', () => {
    const settings = settingsOf(CHECKOUT);
    const odd = {
      ...settings,
      campaigns: (settings.campaigns as object[]).map((campaign, i) =>
        i === 1 ? { ...campaign, type: 'FLAG_MAGIC' } : campaign,
      ),
    };
    const compiled = compile(odd as VwoSettings);
    expect(compiled.problems).toEqual([
      { featureKey: 'checkout', where: 'campaigns[1].type', what: 'unknown type of campaign: "FLAG_MAGIC"' },
    ]);
    expect(decide(compiled, 'checkout', user('ann'), NOTHING_STORED).flag.variation?.campaignId).toBe(1);
  });

  it('treat __proto__, constructor and toString as ordinary keys of features, groups and variables', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const segments = { or: [{ custom_variable: JSON.parse(`{"${key}": "yes"}`) as object }] };
      const features = JSON.parse(`{"${key}": []}`) as Record<string, []>;
      const account = accountOf(Object.fromEntries(Object.keys(features).map((name) => [name, [{ id: 1, segments }]])));
      const theirs = { customVariables: JSON.parse(`{"${key}": "yes"}`) as Record<string, unknown> };
      expect(decide(account, key, user('ann', theirs), NOTHING_STORED).flag.isEnabled()).toBe(true);
      expect(decide(account, key, user('ann', { customVariables: {} }), NOTHING_STORED).flag.isEnabled()).toBe(false);
      expect(decide(accountOf(CHECKOUT), key, user('ann'), NOTHING_STORED).flag.isEnabled()).toBe(false);
    }
  });

  it('survive a user agent that only looks URL-encoded', () => {
    expect(isIn({ or: [{ ua: 'wildcard(*50%*)' }] }, { userAgent: 'Shop 50% off' })).toBe(true);
  });

  it('tell the client what it needs besides flags', () => {
    const more = {
      isMAU: true,
      devMode: true,
      pollInterval: 5_000,
      collectionPrefix: 'eu01',
      sdkMetaInfo: { wasInitializedEarlier: true },
    };
    const compiled = accountOf(CHECKOUT, more);
    expect(compiled).toMatchObject({
      isMAU: true,
      devMode: true,
      pollInterval: 5_000,
      collectionPrefix: 'eu01',
      wasInitializedEarlier: true,
    });
    expect([...compiled.eventNames, ...compiled.featureKeys, compiled.has('checkout'), compiled.has('x')]).toEqual([
      'bought-checkout',
      'checkout',
      true,
      false,
    ]);
  });
});
