import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountSettings, feature, rollout, VwoEdge } from '../../../lib/entries/edge.js';
import type { FmeClient } from '../../../lib/fme/index.js';
import { MemoryStorage } from '../../../lib/storage/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { clientOf } from '../client.fixture.js';

const DAY = 24 * 60 * 60 * 1000;
const YEAR = 365 * DAY;
const settings = (...keys: string[]) => accountSettings({ features: keys.map((key) => feature(key, [rollout()])) });

describe('records of features that are gone', () => {
  let edge: VwoEdge;
  let client: FmeClient;
  let clock: MovedClock;
  beforeEach(async () => {
    clock = new MovedClock();
    edge = await VwoEdge.start({ settings: settings('old', 'first') });
    client = await clientOf(edge, { clock, storage: new MemoryStorage({ clock, ttl: YEAR }) });
    await read('old');
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  async function read(key: string): Promise<void> {
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag(key).isEnabled()).toBe(true);
    await visit.end();
  }

  async function settingsBecome(...keys: string[]): Promise<void> {
    edge.setSettings(settings(...keys));
    expect(await client.refresh()).toBe(true);
  }

  const stored = async () => [...(await client.storedDecisions('ann')).keys()];

  it('are removed by a save 90 days after a save that has met them first', async () => {
    await settingsBecome('first', 'second', 'third');
    await read('first');
    expect(await stored()).toContain('old');
    clock.move(91 * DAY);
    await read('second');
    expect(await stored()).not.toContain('old');
    expect(await stored()).toEqual(expect.arrayContaining(['first', 'second']));
  });

  it('stay where the feature has come back meanwhile, though the user only came by', async () => {
    await settingsBecome('first', 'second', 'third');
    await read('first');
    await settingsBecome('old', 'first', 'second', 'third');
    await read('first');
    clock.move(91 * DAY);
    await settingsBecome('first', 'second', 'third');
    await read('second');
    expect(await stored()).toContain('old');
  });
});
