import { describe, expect, it } from '@jest/globals';
import { type CompiledSettings, decide } from '../../../lib/fme/engine/index.js';
import { type StoredDecision } from '../../../lib/model/index.js';
import {
  accountOf,
  CHECKOUT,
  checkoutRecord,
  type GivenRule,
  NOTHING_STORED,
  storedAs,
  user,
} from './account.fixture.js';

const everyTester = { or: [{ custom_variable: { role: 'tester' } }] };
const members = { or: [{ custom_variable: { plan: 'gold' } }] };
const holdouts = (percentTraffic: number) => ({
  holdouts: [{ id: 31, name: 'all', percentTraffic, isGlobal: true, featureIds: [], segments: {} }],
});

function reason(settings: CompiledSettings, more: object = {}, stored = NOTHING_STORED, key = 'checkout'): string {
  const { flag } = decide(settings, key, user('ann', more), stored);
  return `${flag.isEnabled() ? 'on' : 'off'}: ${flag.reason}`;
}

const of = (...checkout: readonly GivenRule[]) => accountOf({ checkout });
const test = { id: 2, type: 'FLAG_TESTING' } as const;

describe('a flag says why it is on', () => {
  it.each<[string, CompiledSettings, object]>([
    ['rollout', of({ id: 1 }), {}],
    ['rollout', of({ id: 1 }, { ...test, traffic: 0 }), {}],
    ['experiment', of({ id: 1 }, test), {}],
    ['personalize', of({ id: 2, type: 'FLAG_PERSONALIZE' }), {}],
    [
      'forced',
      of({ ...test, traffic: 0, whitelists: [everyTester] }),
      { variationTargetingVariables: { role: 'tester' } },
    ],
    ['experiment', of({ ...test, whitelists: [everyTester] }), {}],
    ['rollout', accountOf({ checkout: [{ id: 1 }] }, holdouts(0)), {}],
  ])('%s', (expected, settings, more) => {
    expect(reason(settings, more)).toBe(`on: ${expected}`);
  });

  it('stored, also where only the rollout was', () => {
    const { experimentId: _i, experimentKey: _k, experimentVariationId: _v, ...rollout } = checkoutRecord('ann');
    const stored = storedAs(rollout as StoredDecision);
    expect(reason(accountOf(CHECKOUT), {}, storedAs(checkoutRecord('ann')))).toBe('on: stored');
    expect(reason(of({ id: 1 }), {}, stored)).toBe('on: stored');
    expect(reason(accountOf(CHECKOUT), {}, stored)).toBe('on: experiment');
  });
});

describe('a flag says why it is off', () => {
  it.each<[string, CompiledSettings]>([
    ['disabled', of()],
    ['no-rule', of({ id: 1, segments: members })],
    ['no-rule', of({ ...test, segments: members })],
    ['traffic', of({ id: 1, traffic: 0 })],
    ['traffic', of({ id: 1, traffic: 0 }, test)],
    ['traffic', of({ ...test, traffic: 0 })],
    ['traffic', of({ ...test, weights: [0, 0] })],
    ['holdout', accountOf({ checkout: [{ id: 1 }] }, holdouts(100))],
  ])('%s', (expected, settings) => {
    expect(reason(settings)).toBe(`off: ${expected}`);
  });

  it('holdout, also when that was decided before', () => {
    const record = { featureKey: 'checkout', userId: 'ann', isInHoldoutId: [31] };
    expect(reason(accountOf(CHECKOUT, holdouts(0)), {}, storedAs(record))).toBe('off: holdout');
  });

  it('group, where another campaign of a mutually exclusive group takes the user, who would have got in otherwise', () => {
    const group = (more: object) => ({
      groups: { 7: { campaigns: ['2', '4'], et: 2, p: ['4'] } },
      campaignGroups: more,
    });
    const pricing = [{ id: 4, type: 'FLAG_TESTING' }] as const;
    const grouped = (rule: GivenRule) => accountOf({ checkout: [rule], pricing }, group({ 2: 7, 4: 7 }));
    expect(reason(grouped(test))).toBe('off: group');
    expect(reason(grouped({ ...test, traffic: 0 }))).toBe('off: traffic');
    expect(reason(grouped({ ...test, segments: members }))).toBe('off: no-rule');
    const stored = storedAs({
      featureKey: '_vwo_meta_meg_7',
      userId: 'ann',
      experimentId: 4,
      experimentKey: 'pricing_4',
      experimentVariationId: -1,
    });
    expect(reason(grouped(test), {}, stored)).toBe('off: group');
  });

  it('unknown and nobody', () => {
    expect(reason(accountOf(CHECKOUT), {}, NOTHING_STORED, 'no-such-feature')).toBe('off: unknown');
    expect(reason(accountOf(CHECKOUT), { id: '' })).toBe('off: nobody');
  });

  it('with flags that all users share', () => {
    const settings = of({ id: 1, traffic: 0 });
    const flagOf = (id: string) => decide(settings, 'checkout', user(id), NOTHING_STORED).flag;
    expect(flagOf('ann')).toBe(flagOf('bob'));
  });
});
