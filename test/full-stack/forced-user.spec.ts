import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { MemoryStorage, type StoredDecision, type VwoUserContext } from '../../lib/index.js';
import { fullStackClient, visitOf } from './full-stack.fixture.js';

const TESTER = { or: [{ custom_variable: { tester: 'yes' } }] };

/** Green is for those who are forced into it, by their id or by a variable. */
function forcing(by: 'id' | 'variable') {
  const green = { name: 'Green', weight: 0, forcedFor: ['qa'] };
  const goals = ['bought', 'signed-up'];
  const file = fullStackSettings({
    campaigns: [visualAb('test', { goals, variations: [{ name: 'Control' }, green] })],
  });
  if (by === 'id') return file;
  const changed = JSON.parse(JSON.stringify(file));
  changed.campaigns[0].variations[1].segments = TESTER;
  return changed as typeof file;
}

const record = (variationName: string, goalIdentifier: string): StoredDecision => ({
  userId: 'qa',
  campaignKey: 'test',
  variationName,
  goalIdentifier,
  metaData: { shop: 'north' },
});

describe.each<['id' | 'variable', VwoUserContext]>([
  ['id', { id: 'qa' }],
  ['variable', { id: 'qa', variationTargetingVariables: { tester: 'yes' } }],
])('a user who is forced into a variation by %s', (by, user) => {
  let edge: VwoEdge;
  let client: FullStackClient;
  const storage = () => new MemoryStorage();

  beforeEach(async () => void (edge = await VwoEdge.start({ settingsFile: forcing(by) })));
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  async function stored(...records: StoredDecision[]): Promise<void> {
    const own = storage();
    for (const each of records) await own.save('qa', [{ key: 'test', record: each, replaces: undefined }]);
    client = await fullStackClient(edge, { storage: own });
  }

  const goals = () => edge.eventsOf('qa').filter(({ name }) => name === 'track-goal');

  it('converts, whatever a record of another variation says about the goal', async () => {
    await stored(record('Control', 'bought'));
    const visit = await visitOf(client, user);
    expect(visit.track('bought')).toBe(true);
    await visit.end();
    await client.flush();
    expect(goals().map(({ props }) => props)).toEqual([{ id: 1, variation: 2, goal: 101 }]);
  });

  it('converts in the visit that read the flag too', async () => {
    await stored(record('Control', 'bought'));
    const visit = await visitOf(client, user);
    expect(visit.flag('test').variation?.key).toBe('Green');
    expect([visit.track('bought'), visit.track('bought')]).toEqual([true, false]);
  });

  it('gets a record of this variation alone, without goals and metaData of the other', async () => {
    await stored(record('Control', 'bought'));
    const visit = await visitOf(client, user);
    expect(visit.track('signed-up')).toBe(true);
    await visit.end();
    expect((await client.storedDecisions('qa')).get('test')).toEqual({
      userId: 'qa',
      campaignKey: 'test',
      variationName: 'Green',
      goalIdentifier: 'signed-up',
    });
  });

  it('counts once without a record, where the SDK counts twice', async () => {
    await stored();
    for (const expected of [true, false]) {
      const visit = await visitOf(client, user);
      expect([visit.track('bought'), visit.track('bought')]).toEqual([expected, false]);
      await visit.end();
    }
    await client.flush();
    expect(goals()).toHaveLength(1);
  });

  it('is held to the goals of a record of the same variation', async () => {
    await stored(record('Green', 'bought'));
    const visit = await visitOf(client, user);
    expect([visit.track('bought'), visit.track('signed-up')]).toEqual([false, true]);
    await visit.end();
    const expected = record('Green', 'bought_vwo_signed-up');
    expect((await client.storedDecisions('qa')).get('test')).toEqual(expected);
  });
});
