import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { accountSettings, feature, rollout, VwoEdge } from '../../../lib/entries/edge.js';
import type { FmeClient } from '../../../lib/fme/index.js';
import { FmeProduct } from '../../../lib/fme/fme.product.js';
import type { StoredChange, StoredDecisions } from '../../../lib/model/index.js';
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
    await (await client.visit({ id: 'ann' })).end();
    clock.move(91 * DAY);
    await settingsBecome('first', 'second', 'third');
    await read('second');
    expect(await stored()).toContain('old');
  });

  it('are left alone by a visit that saves nothing', async () => {
    await settingsBecome('first');
    const { storageWrites } = client.counters();
    await (await client.visit({ id: 'ann' })).end();
    expect(client.counters().storageWrites).toBe(storageWrites);
  });

  it('are looked for once in a visit, however often it saves', async () => {
    await settingsBecome('first', 'second');
    const saves: string[][] = [];
    const storage = new (class extends MemoryStorage {
      override load(): StoredDecisions {
        return new Map([['old', { userId: 'ann', featureKey: 'old' }]]);
      }
      override save(_userId: string, changes: readonly StoredChange[]): void {
        saves.push(changes.map(({ key }) => key));
      }
    })();
    const other = await clientOf(edge, { clock, storage });
    const visit = await other.visit({ id: 'ann' });
    for (const key of ['first', 'second']) {
      visit.flag(key);
      await visit.end();
    }
    await other.close();
    expect(saves).toEqual([['first', '_vwo_meta_gone'], ['second']]);
  });

  it('are not looked for where a visit asks for the records of declared flags alone, whatever the storage gives', async () => {
    await settingsBecome('first', 'second');
    const storage = new (class extends MemoryStorage {
      override load(userId: string, keys: readonly string[]): StoredDecisions | Promise<StoredDecisions> {
        return super.load(userId, keys, 'user');
      }
    })();
    const record = { userId: 'ann', featureKey: 'old' };
    await storage.save('ann', [{ key: 'old', record, replaces: undefined }]);
    const other = await clientOf(edge, { clock, storage, preload: 'declared' });
    const visit = await other.visit({ id: 'ann' }, ['first']);
    visit.flag('first');
    await visit.end();
    expect([...(await other.storedDecisions('ann')).keys()]).toEqual(['old', 'first']);
    await other.close();
  });

  it('are those that the settings do not know: which they know is worked out once for all visits', async () => {
    const asked = jest.spyOn(FmeProduct.prototype, 'recordKeys');
    await settingsBecome('first', 'second');
    for (const key of ['first', 'second', 'first']) await read(key);
    const once = asked.mock.calls.length;
    await settingsBecome('first', 'third');
    await read('third');
    const again = asked.mock.calls.length;
    jest.restoreAllMocks();
    expect([once, again]).toEqual([1, 2]);
  });
});
