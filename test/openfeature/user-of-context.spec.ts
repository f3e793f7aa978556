import { describe, expect, it } from '@jest/globals';
import type { EvaluationContext } from '@openfeature/server-sdk';
import { vwoUserOf } from '../../lib/entries/openfeature.js';

describe('vwoUserOf', () => {
  it.each<[string, EvaluationContext | undefined, unknown]>([
    ['nothing', undefined, undefined],
    ['no targeting key', { plan: 'gold' }, undefined],
    ['a blank one', { targetingKey: '' }, undefined],
    ['nothing else', { targetingKey: 'ann' }, { id: 'ann' }],
    [
      'attributes: custom variables',
      { targetingKey: 'ann', plan: 'gold', age: 29, isNew: false, none: null, address: { city: 'Pune' }, tags: ['a'] },
      {
        id: 'ann',
        customVariables: { plan: 'gold', age: 29, isNew: false, none: null, address: { city: 'Pune' }, tags: ['a'] },
      },
    ],
    [
      'a date: ISO 8601',
      { targetingKey: 'ann', since: new Date('2026-11-27T12:00:00Z') },
      { id: 'ann', customVariables: { since: '2026-11-27T12:00:00.000Z' } },
    ],
    [
      "VWO's own names: where VWO has them",
      {
        targetingKey: 'ann',
        ipAddress: '203.0.113.7',
        userAgent: 'curl',
        sessionId: 5,
        bucketingSeed: 'b',
        isDevMode: true,
      },
      { id: 'ann', ipAddress: '203.0.113.7', userAgent: 'curl', sessionId: 5, bucketingSeed: 'b', isDevMode: true },
    ],
    [
      "VWO's own objects, over attributes of the same name",
      {
        targetingKey: 'ann',
        plan: 'free',
        rank: 1,
        customVariables: { plan: 'gold' },
        variationTargetingVariables: { role: 'tester' },
        platformVariables: { webTestingCampaigns: { 122: '2' } },
        postSegmentationVariables: ['plan'],
      },
      {
        id: 'ann',
        customVariables: { plan: 'gold', rank: 1 },
        variationTargetingVariables: { role: 'tester' },
        platformVariables: { webTestingCampaigns: { 122: '2' } },
        postSegmentationVariables: ['plan'],
      },
    ],
    [
      "VWO's own names with values that VWO does not take: attributes",
      { targetingKey: 'ann', sessionId: 'web-1', userAgent: 5, customVariables: 'none', isDevMode: 'no' },
      { id: 'ann', customVariables: { sessionId: 'web-1', userAgent: 5, customVariables: 'none', isDevMode: 'no' } },
    ],
    ['the name of a variable: no attribute', { targetingKey: 'ann', key: 'button' }, { id: 'ann' }],
    [
      'a `key` that is no name: an attribute',
      { targetingKey: 'ann', key: 5 },
      { id: 'ann', customVariables: { key: 5 } },
    ],
    [
      'names that every object has',
      JSON.parse('{"targetingKey":"ann","__proto__":"x","constructor":"y"}') as EvaluationContext,
      { id: 'ann', customVariables: JSON.parse('{"__proto__":"x","constructor":"y"}') as unknown },
    ],
  ])('makes a user of %s', (_what, context, expected) => {
    const user = vwoUserOf(context);
    expect(user).toEqual(expected);
    expect(namesIn(user)).toEqual(namesIn(expected));
  });
});

/** `toEqual` looks past a key `__proto__`. */
function namesIn(user: unknown): string[] {
  return Object.keys((user as { customVariables?: object } | undefined)?.customVariables ?? {}).sort();
}
