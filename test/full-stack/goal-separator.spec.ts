import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { MemoryStorage } from '../../lib/index.js';
import { fullStackClient, visitOf } from './full-stack.fixture.js';

/** Every occurrence of the first two counts (`mca: -1`); the separator of goals, `_vwo_`, is part of two names. */
const settingsFile = fullStackSettings({
  campaigns: [
    visualAb('test', {
      goals: [{ identifier: 'sign_vwo_up', mca: -1 }, { identifier: 'seen', mca: -1 }, 'x_vwo_y', 'bought'],
    }),
  ],
});

describe('a goal of which every occurrence counts', () => {
  let edge: VwoEdge;
  let client: FullStackClient;
  let storage: MemoryStorage;

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile });
    storage = new MemoryStorage();
    client = await fullStackClient(edge, { storage });
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  async function tracked(...goals: string[]): Promise<boolean[]> {
    const visit = await visitOf(client, 'ann');
    visit.flag('test');
    const answers = goals.map((goal) => visit.track(goal));
    await visit.end();
    return answers;
  }

  const record = async () => (await client.storedDecisions('ann')).get('test');

  it('with the separator in its name does not let the record grow, visit after visit', async () => {
    for (const _visit of [1, 2, 3]) expect(await tracked('sign_vwo_up')).toEqual([true]);
    expect((await record())?.goalIdentifier).toBe('sign_vwo_up');
    await client.flush();
    expect(edge.eventsOf('ann').filter(({ name }) => name === 'track-goal')).toHaveLength(3);
  });

  it('nor within one visit', async () => {
    expect(await tracked('sign_vwo_up', 'sign_vwo_up', 'sign_vwo_up')).toEqual([true, true, true]);
    expect((await record())?.goalIdentifier).toBe('sign_vwo_up');
  });

  it('nor between other goals, each of which stands in the record once', async () => {
    expect(await tracked('bought', 'sign_vwo_up', 'seen')).toEqual([true, true, true]);
    expect(await tracked('x_vwo_y', 'sign_vwo_up', 'seen', 'sign_vwo_up')).toEqual([true, true, true, true]);
    expect(await tracked('bought', 'x_vwo_y', 'sign_vwo_up')).toEqual([false, false, true]);
    expect((await record())?.goalIdentifier).toBe('bought_vwo_sign_vwo_up_vwo_seen_vwo_x_vwo_y');
  });

  it('a record that has grown already grows no more', async () => {
    const goalIdentifier = Array.from({ length: 50 }, () => 'sign_vwo_up').join('_vwo_');
    const grown = { userId: 'bob', campaignKey: 'test', variationName: 'Control', goalIdentifier };
    await storage.save('bob', [{ key: 'test', record: grown, replaces: undefined }]);
    const visit = await visitOf(client, 'bob');
    expect(visit.track('sign_vwo_up')).toBe(true);
    await visit.end();
    const goals = String((await client.storedDecisions('bob')).get('test')?.goalIdentifier);
    expect(goals.length).toBeLessThanOrEqual(goalIdentifier.length);
  });

  it('with another name is kept once', async () => {
    for (const _visit of [1, 2, 3]) expect(await tracked('seen', 'seen')).toEqual([true, true]);
    expect((await record())?.goalIdentifier).toBe('seen');
  });
});
