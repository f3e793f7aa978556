import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abTest, accountSettings, exclusiveGroup, feature, rollout } from '../../../lib/entries/edge.js';
import { type CompiledSettings, compile, compileSteps, type VwoSettings } from '../../../lib/fme/engine/index.js';
import { flagsChanged } from '../../../lib/fme/index.js';
import { SettingsReader } from '../../../lib/settings/index.js';
import { asserted } from '../../fuzz/checked-property.js';
import { ended } from '../../common/ended.js';
import { successiveSettings } from './unchanged.properties.js';

/** Always the same cases: `npm run fuzz` draws others. */
const SEED = 1;

type Account = Parameters<typeof accountSettings>[0];

/** The keys of the features that are compiled anew, of settings that follow others. */
function anew(before: Account, after: Account, differently: object = {}, so: object = {}): readonly string[] {
  const reader = new SettingsReader();
  const read = (account: Account, more = {}): VwoSettings =>
    ended(reader.read(Buffer.from(JSON.stringify({ ...accountSettings(account), ...more })))) as VwoSettings;
  const first = ended(compileSteps(read(before, so)));
  const second = ended(compileSteps(read(after, differently), first));
  return second.featureKeys.filter((key) => second.features.get(key) !== first.features.get(key));
}

const plain = (key: string, percent = 100) => feature(key, [rollout({ percent }), abTest({ variations: [{}, {}] })]);
const test = (key: string, colour = 'red') => feature(key, [abTest({ variations: [{ variables: { colour } }] })]);

describe('settings that follow others', () => {
  it('decide as they do alone, whatever was before', () =>
    fc.assert(asserted(successiveSettings), { seed: SEED, numRuns: 500 }));

  it('are compiled anew where they differ', () => {
    const three = ['a', 'b', 'c'].map((key) => plain(key));
    expect(anew({ features: three }, { features: three })).toEqual([]);
    expect(anew({ features: three }, { features: three.map((each, i) => (i === 1 ? plain('b', 50) : each)) })).toEqual([
      'b',
    ]);
  });

  it('are compiled anew as a whole where holdout groups, the account or how it counts users differ', () => {
    const features = ['a', 'b'].map((key) => plain(key));
    for (const more of [{ holdouts: [{ id: 9, percentTraffic: 1 }] }, { accountId: 5 }, { isMAU: true }])
      expect(anew({ features }, { features }, more)).toEqual(['a', 'b']);
  });

  it('are compiled anew where a holdout group looks at a feature that was not there before', () => {
    const holdouts = [{ id: 9, percentTraffic: 100, isGlobal: true, segments: { or: [{ featureId: { 2: 'off' } }] } }];
    const [a, b] = ['a', 'b'].map((key) => plain(key));
    if (a && b) expect(anew({ features: [a] }, { features: [a, b] }, { holdouts }, { holdouts })).toEqual(['a', 'b']);
  });

  it('are compiled anew in all exclusive groups where something in one of them differs', () => {
    const features = [test('first'), test('second'), plain('free')];
    const groups = [exclusiveGroup('one of them', ['first', 'second'])];
    expect(anew({ features, groups }, { features: [...features.slice(0, 2), plain('free', 50)], groups })).toEqual([
      'free',
    ]);
    expect(anew({ features, groups }, { features: [test('first', 'blue'), ...features.slice(1)], groups })).toEqual([
      'first',
      'second',
    ]);
    expect(anew({ features, groups }, { features })).toEqual(['first', 'second']);
    expect(anew({ features }, { features, groups })).toEqual(['first', 'second']);
  });

  it('are compiled anew in a group that names a campaign by other digits than its own', () => {
    const features = [test('first'), test('second')];
    const so = { groups: { 7: { name: 'odd', campaigns: ['01', '02'] } }, campaignGroups: {} };
    const other = { features: [test('first', 'blue'), test('second')] };
    expect(anew({ features }, other, so, so)).toEqual(['first', 'second']);
  });

  it('tell the change to all flags of a group that names their campaigns so', () => {
    const read = (colour: string) => {
      const settings = accountSettings({ features: [test('first', colour), test('second')] });
      const groups = { 7: { name: 'odd', campaigns: ['01', '02'] } };
      return compile({ ...settings, groups, campaignGroups: { 1: 7, 2: 7 } } as VwoSettings);
    };
    expect(flagsChanged(read('red'), read('blue'))).toEqual(['first', 'second']);
  });

  it('are compiled anew where a number that is no JSON was null', () => {
    const reader = new SettingsReader();
    const read = (traffic: string, before?: CompiledSettings): CompiledSettings => {
      const json = JSON.stringify(accountSettings({ features: [plain('a')] }));
      const holdouts = `"holdouts":[{"id":9,"isGlobal":true,"percentTraffic":${traffic}}],`;
      const settings = ended(reader.read(Buffer.from(json.replace('{', `{${holdouts}`))));
      return ended(compileSteps(settings as VwoSettings, before));
    };
    const before = read('null');
    const { features } = read('1e400', before);
    expect(features.get('a')).not.toBe(before.features.get('a'));
    expect(features.get('a')?.holdouts[0]?.holdout.percentTraffic).toBe(Infinity);
  });

  it('report again what is not understood in what is unchanged', () => {
    const reader = new SettingsReader();
    const settings = accountSettings({ features: [plain('a'), plain('b')] }) as unknown as { campaigns: object[] };
    const spoilt = JSON.stringify({
      ...settings,
      campaigns: settings.campaigns.map((campaign, i) => (i === 1 ? { ...campaign, segments: { odd: 1 } } : campaign)),
    });
    const read = (): VwoSettings => ended(reader.read(Buffer.from(spoilt))) as VwoSettings;
    const first = ended(compileSteps(read()));
    const second = ended(compileSteps(read(), first));
    expect(first.problems).toHaveLength(1);
    expect(second.problems).toEqual(first.problems);
    expect(second.features.get('b')).toBe(first.features.get('b'));
  });

  it('are compiled in as many steps as there are features, and more', () => {
    const settings = accountSettings({ features: Array.from({ length: 100 }, (_, i) => plain(`f${i}`)) });
    let steps = 0;
    for (const compiling = compileSteps(settings as VwoSettings); !compiling.next().done; steps++);
    expect(steps).toBeGreaterThan(100);
    expect(compile(settings as VwoSettings).featureKeys).toHaveLength(100);
  });
});
