import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  abTest,
  accountSettings,
  feature,
  featureTest,
  fullStackSettings,
  personalise,
  rollout,
  visualAb,
} from '../../lib/entries/edge.js';
import { CliFolder } from './cli.fixture.js';

describe('nestjs-vwo flags', () => {
  let folder: CliFolder;
  beforeEach(async () => void (folder = await CliFolder.make()));
  afterEach(() => folder.remove());

  const SETTINGS = accountSettings({
    features: [
      feature('pricing', [
        rollout({ percent: 20, variables: { discount: 5 } }),
        abTest({ percent: 50, variations: [{ name: 'low' }, { name: 'high', weight: 50, variables: { tier: 'a' } }] }),
        personalise({ when: { plan: 'gold' }, variables: { discount: 9 } }),
      ]),
      feature('beta\u001b[2J', []),
      feature('closed', [rollout({ percent: 0 })]),
    ],
  });

  it('prints keys, rules with their shares, variations with their weights, and variables with their types', async () => {
    await folder.write('vwo.json', SETTINGS);
    expect(await folder.run(['flags', '--settings', 'vwo.json'])).toBe(0);
    expect(folder.out).toBe(`KEY            KIND     STATE  RULES                          VARIABLES
beta\\u001b[2J  feature  off    -                              -
closed         feature  off    rollout 0 %                    -
pricing        feature  on     rollout 20 %                   discount: number
                               testing 50 %: low 50, high 50  tier: string
                               personalize 100 %
`);
  });

  it('prints the same as JSON', async () => {
    await folder.write('vwo.json', SETTINGS);
    expect(await folder.run(['flags', '--settings', 'vwo.json', '--json'])).toBe(0);
    const { flags, ...account } = JSON.parse(folder.out) as { flags: unknown[] };
    expect(account).toEqual({ product: 'fme', accountId: '123456' });
    expect(flags).toHaveLength(3);
    expect(flags[2]).toEqual({
      key: 'pricing',
      kind: 'feature',
      isOn: true,
      rules: [
        { kind: 'rollout', key: 'rolloutRule1', percent: 20, variations: [{ key: 'Rollout', weight: 20 }] },
        {
          kind: 'testing',
          key: 'testingRule1',
          percent: 50,
          variations: [
            { key: 'low', weight: 50 },
            { key: 'high', weight: 50 },
          ],
        },
        {
          kind: 'personalize',
          key: 'personalizeRule1',
          percent: 100,
          variations: [{ key: 'Personalise', weight: 100 }],
        },
      ],
      variations: ['Personalise', 'Rollout', 'high', 'low'],
      variables: { discount: 'number', tier: 'string' },
    });
  });

  it('prints campaigns of Full Stack; one that does not run is off', async () => {
    const campaigns = [
      visualAb('checkout-test', { percent: 40, variations: [{}, {}] }),
      featureTest('search', { status: 'PAUSED', variations: [{ variables: { boxes: 1 } }, {}] }),
    ];
    await folder.write('vwo.json', fullStackSettings({ campaigns }));
    expect(await folder.run(['flags', '--settings', 'vwo.json'])).toBe(0);
    expect(folder.out).toMatch(/^checkout-test +VISUAL_AB +on +test 40 %: Control 50, Variation-1 50 +-$/m);
    expect(folder.out).toMatch(/^search +FEATURE_TEST +off +feature test 0 %: .* boxes: number$/m);
  });

  it('says so where there are none', async () => {
    await folder.write('vwo.json', accountSettings());
    expect(await folder.run(['flags', '--settings', 'vwo.json'])).toBe(0);
    expect(folder.out).toBe('Account 123456 has no flags\n');
  });
});
