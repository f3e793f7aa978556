import { deepStrictEqual } from 'node:assert/strict';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EvaluationContext, OpenFeature } from '@openfeature/server-sdk';
import fc from 'fast-check';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { edgeOf, KINDS } from '../client/three-clients.js';
import { openFeatureOn, resetOpenFeature } from '../openfeature/of.fixture.js';
import { made, pointedTexts, recipes } from './any-value.js';

/** Always the same cases. */
const SEED = 1;

describe.each(KINDS)('an evaluation context of anything, with OpenFeature on a $name', (kind) => {
  let edge: VwoEdge;
  beforeEach(async () => {
    edge = await edgeOf();
    await openFeatureOn(kind.build(edge));
  });
  afterEach(async () => {
    await resetOpenFeature();
    await edge.close();
  });

  it('rejects nothing, and changes nothing for somebody else', async () => {
    const client = OpenFeature.getClient();
    const each = fc.asyncProperty(recipes, recipes, pointedTexts, async (id, value, name) => {
      const context = { targetingKey: made(id), [name]: made(value), vwo: made(value) } as unknown as EvaluationContext;
      const [flag, text, object, , another] = await Promise.all([
        client.getBooleanValue('ab', false, context),
        client.getStringValue(name, 'otherwise', context),
        client.getObjectValue('ab', { given: true }, context),
        Promise.resolve(client.track('order', context, { value: 1, [name]: made(value) as never })),
        client.getBooleanValue('ab', false, { targetingKey: 'another' }),
      ]);
      deepStrictEqual([typeof flag, typeof text, typeof object, another], ['boolean', 'string', 'object', true]);
    });
    await fc.assert(each, { seed: SEED, numRuns: 150 });
    expect(await client.getBooleanValue('ab', false, { targetingKey: 'ann' })).toBe(true);
  });
});
