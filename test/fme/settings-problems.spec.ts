import { describe, expect, it } from '@jest/globals';
import { compile, type VwoSettings } from '../../lib/fme/engine/index.js';

/** Settings with one flag, one rollout of one variation; the arguments replace what they name. */
function settingsWith({
  settings = {},
  feature = {},
  campaign = {},
  variation = {},
}: Partial<Record<'settings' | 'feature' | 'campaign' | 'variation', object>>): VwoSettings {
  const on = { id: 1, key: 'on', weight: 100, segments: {}, variables: [], ...variation };
  return {
    accountId: 123456,
    features: [{ id: 1, key: 'f', rules: [{ type: 'FLAG_ROLLOUT', campaignId: 1, variationId: 1 }], ...feature }],
    campaigns: [{ id: 1, key: 'c', type: 'FLAG_ROLLOUT', percentTraffic: 100, variations: [on], ...campaign }],
    ...settings,
  } as VwoSettings;
}

const problemsOf = (parts: Parameters<typeof settingsWith>[0]): string[] =>
  compile(settingsWith(parts)).problems.map(({ where, what }) => `${where}: ${what}`);

describe('what is wrong in the settings is named, with its place', () => {
  it('is nothing where nothing is wrong', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    ['accountId: missing', { settings: { accountId: undefined } }],
    ['features: a list was expected, got "all"', { settings: { features: 'all' } }],
    [
      'features[1]: there is another feature with the key "f"',
      {
        settings: {
          features: [
            { id: 1, key: 'f', rules: [] },
            { id: 2, key: 'f', rules: [] },
          ],
        },
      },
    ],
    ['features[0].rules: a list was expected, got 3', { feature: { rules: 3 } }],
    ['campaigns[0]: a campaign needs an id', { settings: { campaigns: [{ key: 'c' }] }, feature: { rules: [] } }],
    ['campaigns[0].variations: a list was expected, got "x"', { campaign: { variations: 'x' } }],
    ['campaigns[0].variations: such a campaign needs a variation', { campaign: { variations: [] } }],
    ['campaigns[0].variations[0]: a variation needs an id', { variation: { id: null } }],
    ['campaigns[0].variations[0].variables: a list was expected, got true', { variation: { variables: true } }],
    ['campaigns[0].variations[0].variables[0]: a variable needs a key', { variation: { variables: [{ id: 1 }] } }],
    ['holdouts[0]: a holdout group needs an id', { settings: { holdouts: [{ name: 'h' }] } }],
  ])('%s', (problem, parts) => {
    expect(problemsOf(parts)).toContain(problem);
  });

  const AT = 'campaigns[0].variations[0].segments';

  it.each<[problem: string, segments: unknown]>([
    [`${AT}: a segment was expected, got "everybody"`, 'everybody'],
    [`${AT}.and: a list was expected, got an object`, { and: {} }],
    [`${AT}.or: a list was expected, got "x"`, { or: 'x' }],
    [`${AT}.and: a location among other operands is passed over`, { and: [{ country: 'DE' }, { user: 'ann' }] }],
    [`${AT}.or: a device among other operands matches nobody`, { or: [{ os: 'iOS' }, { user: 'ann' }] }],
    [`${AT}.or: a wildcard that makes no pattern`, { or: [{ os: 'wildcard(()' }] }],
    [`${AT}.or[0].featureId: no feature has the id "77"`, { or: [{ featureId: { 77: 'on' } }] }],
    [`${AT}.or[0].custom_variable: a variable was expected, got 5`, { or: [{ custom_variable: 5 }] }],
    [`${AT}.or[0].custom_variable.a: no list in "inlist()"`, { or: [{ custom_variable: { a: 'inlist()' } }] }],
    [`${AT}.or[0].user: a text was expected, got 5`, { or: [{ user: 5 }] }],
    [`${AT}.or[0].ua: a text was expected, got a list of 0`, { or: [{ ua: [] }] }],
    [`${AT}.or[0].campaignVariation: no web testing campaign: "x"`, { or: [{ campaignVariation: 'x' }] }],
    [`${AT}.and[0].os: belongs into an \`or\` of devices only`, { and: [{ os: 'iOS' }] }],
    [`${AT}.or[0].featureId: belongs into an \`or\`, and says "on" or "off"`, { or: [{ featureId: { 1: 'maybe' } }] }],
    [`${AT}.or[0].country: belongs into an \`and\``, { or: [{ country: 'DE' }] }],
  ])('%s', (problem, segments) => {
    expect(problemsOf({ variation: { segments } })).toContain(problem);
  });

  it('names the feature whose rule it is', () => {
    const { problems } = compile(settingsWith({ variation: { segments: 'everybody' } }));
    expect(problems.map(({ featureKey }) => featureKey)).toEqual(['f']);
  });
});
