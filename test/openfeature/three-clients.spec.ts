import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, OpenFeature } from '@openfeature/server-sdk';
import { inScope } from '../../lib/client/index.js';
import type { VwoClient } from '../../lib/index.js';
import {
  abTest,
  accountSettings,
  feature,
  featureRollout,
  featureTest,
  fullStackSettings,
  rollout,
  visualAb,
  VwoEdge,
} from '../../lib/entries/edge.js';
import { KINDS } from '../client/three-clients.js';
import { openFeatureOn, resetOpenFeature } from './of.fixture.js';

const variables = { button: 'red', steps: 2, ratio: 0.5, gift: true, page: { rows: [1] } };

const settings = accountSettings({
  features: [
    feature('on', [rollout({ variables })]),
    feature('test', [abTest({ variations: [{ name: 'Variation-1', variables }] })]),
    feature('off', [rollout({ percent: 0, variables })]),
    feature('switched-off'),
  ],
});
const settingsFile = fullStackSettings({
  campaigns: [
    featureRollout('on', { variables }),
    featureTest('test', { variations: [{ name: 'Variation-1', variables }] }),
    featureRollout('off', { percent: 0, variables }),
    visualAb('switched-off', { status: 'PAUSED' }),
  ],
});

let edge: VwoEdge;
let vwo: VwoClient;
let client: Client;
beforeAll(async () => void (edge = await VwoEdge.start({ settings, settingsFile })));
afterAll(() => edge.close());
afterEach(resetOpenFeature);

const ANN = { targetingKey: 'ann' };

describe.each(KINDS)('$name', (kind) => {
  beforeEach(async () => {
    vwo = kind.build(edge);
    await openFeatureOn(vwo);
    client = OpenFeature.getClient();
  });

  it('has flags and variables of every type', async () => {
    expect(await client.getBooleanValue('on', false, ANN)).toBe(true);
    expect(await client.getStringValue('on.button', '', ANN)).toBe('red');
    expect(await client.getNumberValue('on.steps', 0, ANN)).toBe(2);
    expect(await client.getNumberValue('on.ratio', 0, ANN)).toBe(0.5);
    expect(await client.getBooleanValue('on.gift', false, ANN)).toBe(true);
    expect(await client.getObjectValue('on.page', {}, ANN)).toEqual({ rows: [1] });
    expect(await client.getObjectValue('on', {}, ANN)).toEqual(variables);
    expect(await client.getStringValue('test', '', ANN)).toBe('Variation-1');
  });

  it('has its reasons, as far as it says why', async () => {
    const reasonOf = async (key: string) => (await client.getBooleanDetails(key, true, ANN)).reason;
    const said = [await reasonOf('on'), await reasonOf('test'), await reasonOf('test')];
    expect(said).toEqual(['TARGETING_MATCH', 'SPLIT', 'CACHED']);
    const off = [await reasonOf('off'), await reasonOf('switched-off')];
    const expected = { FmeClient: ['SPLIT', 'DISABLED'], SdkClient: ['UNKNOWN', 'UNKNOWN'] }[kind.name];
    expect(off).toEqual(expected ?? ['UNKNOWN', 'DISABLED']);
  });

  it('gives defaults for flags that are off and flags that there are not', async () => {
    expect(await client.getStringDetails('off.button', 'blue', ANN)).toMatchObject({
      value: 'blue',
      reason: 'DEFAULT',
    });
    const missing = { value: 'blue', reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' };
    expect(await client.getStringDetails('unheard-of.button', 'blue', ANN)).toMatchObject(missing);
  });

  it('sends and stores a flag of a visit once, whoever reads it', async () => {
    const visit = await vwo.visit({ id: 'vera' });
    await inScope({ visitOf: () => visit, visitNamed: () => undefined }, async () => {
      for (let i = 0; i < 2; i++) await client.getBooleanValue('on', false);
      visit.flag('on');
      await client.getStringValue('on.button', '', { targetingKey: 'vera' });
    });
    await visit.end();
    await vwo.flush();
    expect(edge.eventsOf('vera')).toHaveLength(1);
    expect((await vwo.storedDecisions('vera')).size).toBe(1);
    edge.clear();
  });
});
