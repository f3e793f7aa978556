import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { MemoryStorage, type StoredDecisions, type Visit } from '../../lib/index.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { fullStackClient, shopSettingsFile } from './full-stack.fixture.js';

/** Cannot be read where one campaign is asked for. */
class Failing extends MemoryStorage {
  constructor(private readonly unreadable: string) {
    super();
  }

  override load(userId: string, keys: readonly string[]): StoredDecisions | Promise<StoredDecisions> {
    if (keys.includes(this.unreadable)) throw new Error('the database is away');
    return super.load(userId, keys, 'keys');
  }
}

describe('a goal of a campaign that is declared after its visit has opened', () => {
  let edge: VwoEdge;
  let client: FullStackClient;
  beforeEach(async () => void (edge = await VwoEdge.start({ settingsFile: shopSettingsFile() })));
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  async function visitWithout(unreadable: string): Promise<Visit> {
    const storage = new Failing(unreadable);
    client = await fullStackClient(edge, { storage, preload: 'declared', closeTimeout: 100 }); // what is kept is tried again until then
    const visit = await client.visit({ id: 'ann' }, ['banner']);
    await visit.declare?.(['checkout-test']);
    return visit;
  }

  const goals = async (): Promise<number> => {
    await client.flush();
    return edge.eventsOf('ann').filter(({ name }) => name === 'track-goal').length;
  };

  it('is tracked where its record could not be read: the user may be in the campaign', async () => {
    const visit = await visitWithout('checkout-test');
    expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(true);
    expect(await goals()).toBe(1);
  });

  it('is not tracked where there is no record, whatever could not be read of other campaigns: nobody has seen it', async () => {
    const visit = await visitWithout('banner');
    expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(false);
    expect(await goals()).toBe(0);
  });
});
