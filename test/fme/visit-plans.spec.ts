import { describe, expect, it } from '@jest/globals';
import { accountSettings, exclusiveGroup, feature, abTest, rollout } from '../../lib/entries/edge.js';
import { compile, type VwoSettings } from '../../lib/fme/engine/index.js';
import { VisitPlans } from '../../lib/fme/visit-plans.js';

const settings = accountSettings({
  features: [
    feature('plain', [rollout()]),
    feature('first', [abTest({ variations: [{}] })]),
    feature('second', [abTest({ variations: [{}] })]),
  ],
  groups: [exclusiveGroup('one of them', ['first', 'second'])],
});
const plans = () => new VisitPlans(compile(settings as VwoSettings));

describe('what visits need before they open', () => {
  it('is one for all visits of handlers that declare the same list', () => {
    const all = plans();
    const declared = Object.freeze(['plain']);
    expect(all.of(declared)).toBe(all.of(declared));
    expect(all.of(declared)).toEqual({ keys: ['plain'], reach: 'keys', readable: new Set(['plain']) });
  });

  it('follows a list that may change', () => {
    const all = plans();
    const keys = ['plain'];
    all.of(keys);
    keys[0] = 'first';
    expect(all.of(keys).readable).toEqual(new Set(['first']));
    expect(all.of(keys).keys).toEqual(expect.arrayContaining(['first', 'second']));
  });
});
