import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import { accountOf, NOTHING_STORED, user } from './account.fixture.js';

describe('web testing segments (SDK 1.60)', () => {
  const isIn = (operand: unknown, webTestingCampaigns: unknown, wrap = (leaf: object): object => leaf): boolean => {
    const account = accountOf({ f: [{ id: 1, segments: wrap({ or: [{ campaignVariation: operand }] }) }] });
    return decide(
      account,
      'f',
      user('ann', { platformVariables: { webTestingCampaigns } }),
      NOTHING_STORED,
    ).flag.isEnabled();
  };

  it.each([
    ['122', { 122: '2' }, true],
    [122, { 122: 2 }, true],
    ['122', { 123: '2' }, false],
    ['122_2', { 122: 2 }, true],
    ['122_2', { 122: 1 }, false],
    ['122_!1', { 122: '2' }, true],
    ['122_!1', { 122: '1' }, false],
    ['122_!1', { 123: '2' }, false],
    ['!122', { 123: '1' }, true],
    ['!122', { 122: '1' }, false],
    [' 122_2 ', '{"122":"2"}', true],
    ['122', 'no JSON', false],
    ['122', '[122]', false],
    ['122', { 122: null }, false],
    ['122', { 122: {} }, false],
    ['!122', { 122: {} }, true],
    ['1', ['x', '2'], false],
    ['1', '["x", "2"]', false],
    ['122', 'null', false],
    ['x122', { 122: '2' }, false],
    ['!122_2', { 123: '2' }, false],
    ['122_2x', { 122: '2' }, false],
    [['122'], { 122: '2' }, false],
    ['122_', { 122: '2' }, false],
    ['', { 122: '2' }, false],
    [null, { 122: '2' }, false],
  ])('%j is answered for %j', (operand, campaigns, expected) => {
    expect(isIn(operand, campaigns)).toBe(expected);
  });

  it('match nobody of whom nothing is known, not even under “not”', () => {
    const not = (leaf: object): object => ({ not: leaf });
    const account = accountOf({ f: [{ id: 1, segments: { or: [{ campaignVariation: '!122' }] } }] });
    expect(decide(account, 'f', user('ann'), NOTHING_STORED).flag.isEnabled()).toBe(false);
    expect([isIn('122', undefined, not), isIn('!122', undefined), isIn('122', {}, not)]).toEqual([false, false, true]);
  });
});
