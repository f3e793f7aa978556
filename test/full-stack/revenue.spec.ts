import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient, FullStackSettings } from '../../lib/entries/full-stack.js';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { MemoryStorage } from '../../lib/index.js';
import { fullStackClient, visitOf } from './full-stack.fixture.js';

/** Two campaigns with one goal; the first reads its revenue from a property. */
function settings(): FullStackSettings {
  const goals = [{ identifier: 'paid', revenue: true }];
  const campaigns = [visualAb('first', { goals }), visualAb('second', { goals })];
  const { campaigns: made, ...file } = fullStackSettings({ campaigns, eventArchitecture: true });
  const [first, second] = made;
  if (!first || !second) throw new Error('two campaigns are needed');
  const withProperty = { ...first, goals: first.goals.map((goal) => ({ ...goal, revenueProp: 'amount' })) };
  return { ...file, campaigns: [withProperty, second] };
}

describe("with VWO's event architecture, a goal of two campaigns", () => {
  let edge: VwoEdge;
  let client: FullStackClient;
  beforeEach(async () => void (edge = await VwoEdge.start({ settingsFile: settings() })));
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  /** What VWO is told about the goal, where it was tracked before in these campaigns. */
  async function toldOf(trackedBefore: readonly string[]): Promise<unknown> {
    const storage = new MemoryStorage();
    const changes = ['first', 'second'].map((campaignKey) => {
      const goals = trackedBefore.includes(campaignKey) ? { goalIdentifier: 'paid' } : {};
      const record = { userId: 'ann', campaignKey, variationName: 'Control', ...goals };
      return { key: campaignKey, record, replaces: undefined };
    });
    client = await fullStackClient(edge, { storage });
    await storage.save('ann', changes);
    const visit = await visitOf(client, 'ann');
    expect(visit.track('paid', { revenue: 10, properties: { amount: 3 } })).toBe(true);
    await visit.end();
    await client.flush();
    return edge.eventsOf('ann').find(({ name }) => name === 'paid')?.props['vwoMeta'];
  }

  it('carries the revenue property of a campaign in which it is tracked now', async () => {
    expect(await toldOf(['second'])).toEqual({ metric: { id_1: ['g_101'] }, amount: 10 });
  });

  it('carries none of a campaign in which it was tracked before, where the SDK sends it with the event of the other', async () => {
    expect(await toldOf(['first'])).toEqual({ metric: { id_2: ['g_201'] } });
  });
});
