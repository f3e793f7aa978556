import { describe, expect, it } from '@jest/globals';
import { abTest, accountSettings, exclusiveGroup, feature } from '../../lib/entries/edge.js';
import { compile, type VwoSettings } from '../../lib/fme/engine/index.js';
import { flagsChanged } from '../../lib/fme/index.js';

const KEYS = Array.from({ length: 20 }, (_, i) => `flag ${i}`);

function account(change: object = {}): { campaigns: object[] } {
  const features = KEYS.map((key) => feature(key, [abTest({ variations: [{}, {}] })]));
  const settings = accountSettings({ features, groups: [exclusiveGroup('one of them', KEYS)] }) as unknown as {
    campaigns: object[];
  };
  Object.assign(settings.campaigns[0] ?? {}, change);
  return settings;
}

const compiled = (settings: object) => compile(settings as VwoSettings);

describe('flagsChanged', () => {
  it('names all flags of an exclusive group where a campaign of one of them differs', () => {
    expect(flagsChanged(compiled(account()), compiled(account({ percentTraffic: 50 })))).toEqual(KEYS);
    expect(flagsChanged(compiled(account()), compiled(account()))).toEqual([]);
  });

  it('looks through an exclusive group once, however many flags are in it', () => {
    const settings = account();
    let looks = 0;
    Object.defineProperty(settings.campaigns[0], 'more', { enumerable: true, get: () => (looks += 1) && 'text' });
    flagsChanged(compiled(settings), compiled(account()));
    expect(looks).toBe(2); // for the flag that has the campaign, and for the group
  });
});
