import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { featureRollout, featureTest, fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { fullStackClient, visitOf } from './full-stack.fixture.js';

const forcedFor = ['qa'];
const settingsFile = fullStackSettings({
  campaigns: [
    visualAb('ab', { variations: [{}, { weight: 0, forcedFor }] }),
    featureTest('feature', { variations: [{}, { enabled: false, weight: 0, forcedFor }] }),
    featureRollout('rollout'),
    featureRollout('for-qa', { percent: 0, forcedFor }),
    visualAb('closed', { percent: 0 }),
    visualAb('paused', { status: 'PAUSED' }),
  ],
});

describe('a flag of Full Stack says why it is as it is', () => {
  let edge: VwoEdge;
  let client: FullStackClient;

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile });
    client = await fullStackClient(edge);
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  async function told(userId: string, key: string): Promise<[on: boolean, source: string, reason: string]> {
    const visit = await visitOf(client, userId);
    const flag = visit.flag(key);
    await visit.end();
    return [flag.isEnabled(), flag.source, flag.reason];
  }

  it.each([
    ['ab', 'experiment'],
    ['feature', 'experiment'],
    ['rollout', 'rollout'],
  ])('%s: by the rules, then from the storage', async (key, reason) => {
    expect(await told('ann', key)).toEqual([true, 'rules', reason]);
    expect(await told('ann', key)).toEqual([true, 'storage', 'stored']);
  });

  it.each([
    ['ab', true],
    ['feature', false],
    ['for-qa', true],
  ])('%s: forced, whatever is stored', async (key, isOn) => {
    for (const _again of [1, 2]) expect(await told('qa', key)).toEqual([isOn, 'rules', 'forced']);
  });

  it.each([
    ['closed', 'not-said'],
    ['paused', 'disabled'],
    ['closd', 'unknown'],
  ])('%s: off', async (key, reason) => {
    expect(await told('ann', key)).toEqual([false, 'none', reason]);
  });
});
