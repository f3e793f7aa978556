import { describe, expect, it } from '@jest/globals';
import type { StoredDecisions } from '../../lib/model/index.js';
import { KEEP_GONE_MS, MemoryStorage, needsPruning, type Pruning, pruningOf } from '../../lib/storage/index.js';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1);

/** One user's records in a storage, and the visits that come to them. */
class User {
  readonly storage = new MemoryStorage();
  now = START;
  private decisions = 0;

  /** A visit of a client whose settings know these keys; with `isSaving` it has decided something new. */
  async visit(known: readonly string[], { isSaving = true } = {}): Promise<Pruning | undefined> {
    const records = await this.records();
    const input = { records, known: new Set(known), isSaving };
    const pruning = needsPruning(input) ? pruningOf({ ...input, userId: 'ann', now: this.now }) : undefined;
    const changes = isSaving ? [...known.flatMap((key) => this.change(key, records))] : [];
    await this.storage.save('ann', [...changes, ...(pruning?.changes ?? [])], pruning?.removals);
    return pruning;
  }

  async records(): Promise<StoredDecisions> {
    return this.storage.load('ann', []);
  }

  /** What is stored, without what pruning keeps for itself. */
  async keys(): Promise<readonly string[]> {
    return [...(await this.records()).keys()].filter((key) => !key.startsWith('_vwo_')).sort();
  }

  private change(key: string, records: StoredDecisions) {
    return { key, record: { userId: 'ann', featureKey: key, rolloutId: this.decisions++ }, replaces: records.get(key) };
  }
}

describe('records of features that are gone', () => {
  it('are removed by a save 90 days after the first one that missed the feature, and not before', async () => {
    const ann = new User();
    await ann.visit(['old', 'new']);
    ann.now += 200 * DAY;
    await ann.visit(['new']);
    ann.now += KEEP_GONE_MS - 1;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new', 'old']);
    ann.now += 1;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new']);
    expect(KEEP_GONE_MS).toBe(90 * DAY);
  });

  it('do not pile up, however many features come and go', async () => {
    const ann = new User();
    for (let month = 0; month < 48; month++) {
      await ann.visit([`${month}`]);
      ann.now += 30 * DAY;
    }
    expect((await ann.records()).size).toBeLessThanOrEqual(6);
  });

  it('stay when the feature comes back in time, and have the whole time again when it goes once more', async () => {
    const ann = new User();
    await ann.visit(['old', 'new']);
    await ann.visit(['new']);
    ann.now += 89 * DAY;
    await ann.visit(['old', 'new'], { isSaving: false });
    ann.now += 89 * DAY;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new', 'old']);
    ann.now += 90 * DAY;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new']);
  });

  it('stay as long as the user visits a service that knows the feature, whatever another one knows', async () => {
    const ann = new User();
    for (let month = 0; month < 24; month++) {
      await ann.visit(['shop'], { isSaving: month === 0 });
      await ann.visit(['blog']);
      ann.now += 30 * DAY;
    }
    expect(await ann.keys()).toEqual(['blog', 'shop']);
  });

  it('stay while nothing is saved, and cost nothing then', async () => {
    const ann = new User();
    await ann.visit(['old', 'new']);
    ann.now += 400 * DAY;
    expect(await ann.visit(['new'], { isSaving: false })).toBeUndefined();
  });

  it('leave no note behind once they are gone, or once the last of them has come back', async () => {
    const ann = new User();
    const all = async () => [...(await ann.records()).keys()].sort();
    await ann.visit(['old', 'new']);
    await ann.visit(['new']);
    expect(await all()).toEqual(['_vwo_meta_gone', 'new', 'old']);
    await ann.visit(['old', 'new'], { isSaving: false });
    expect(await all()).toEqual(['new', 'old']);
    await ann.visit(['new']);
    ann.now += 90 * DAY;
    await ann.visit(['new']);
    expect(await all()).toEqual(['new']);
  });

  it('lose an empty note that an earlier version has left', async () => {
    const ann = new User();
    await ann.visit(['new']);
    const record = { userId: 'ann', since: {} };
    await ann.storage.save('ann', [{ key: '_vwo_meta_gone', record, replaces: undefined }]);
    await ann.visit(['new'], { isSaving: false });
    expect([...(await ann.records()).keys()]).toEqual(['new']);
  });

  it('are noted once, not at every save', async () => {
    const ann = new User();
    await ann.visit(['old', 'new']);
    expect(await ann.visit(['new'])).toMatchObject({ changes: [{ record: { userId: 'ann' } }], removals: [] });
    ann.now += DAY;
    expect(await ann.visit(['new'])).toBeUndefined();
    expect(await ann.visit(['new'], { isSaving: false })).toBeUndefined();
  });

  it('are neither noted nor removed by a visit that saves nothing', async () => {
    const ann = new User();
    await ann.visit(['old', 'older', 'new']);
    await ann.visit(['old', 'new']);
    expect(await ann.visit(['new'], { isSaving: false })).toBeUndefined();
    ann.now += 100 * DAY;
    expect(await ann.visit(['old', 'new'], { isSaving: false })).toBeUndefined();
    expect(await ann.keys()).toEqual(['new', 'old', 'older']);
  });

  it('are noted each by itself: one may go in the very visit to which another one comes back', async () => {
    const ann = new User();
    await ann.visit(['a', 'b', 'c', 'new']);
    await ann.visit(['c', 'new']);
    ann.now += 80 * DAY;
    await ann.visit(['b', 'new']);
    ann.now += 10 * DAY;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['b', 'c', 'new']);
    ann.now += 80 * DAY;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['b', 'new']);
    ann.now += 10 * DAY;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new']);
  });

  it('stay where the note of another clock is in the future: the day counts from now', async () => {
    const ann = new User();
    await ann.visit(['old', 'new']);
    ann.now += 365 * DAY;
    await ann.visit(['new']);
    ann.now = START;
    await ann.visit(['new']);
    ann.now += 90 * DAY - 1;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new', 'old']);
  });

  it.each<[string, object]>([
    ['another user', { userId: 'bob', since: { old: 0 } }],
    ['nobody', { userId: '', unreadable: '{' }],
    ['no days', { userId: 'ann', since: { old: 'long ago' } }],
    ['nothing', { userId: 'ann', since: null }],
  ])('stay where the note is of %s', async (_whose, note) => {
    const ann = new User();
    await ann.visit(['old', 'new']);
    const record = note as { userId: string };
    await ann.storage.save('ann', [{ key: '_vwo_meta_gone', record, replaces: undefined }]);
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new', 'old']);
    ann.now += 90 * DAY;
    await ann.visit(['new']);
    expect(await ann.keys()).toEqual(['new']);
  });

  it('are looked for where a save finds a record of an unknown key, and where a note is stored', async () => {
    const ann = new User();
    const isNeeded = async (known: readonly string[], isSaving: boolean) =>
      needsPruning({ records: await ann.records(), known: new Set(known), isSaving });
    await ann.visit(['old', 'new']);
    expect(await isNeeded(['old', 'new'], true)).toBe(false);
    expect(await isNeeded(['new'], true)).toBe(true);
    expect(await isNeeded(['new'], false)).toBe(false);
    await ann.visit(['new']);
    expect(await isNeeded(['old', 'new'], false)).toBe(true);
  });

  it('are not looked for where a visit loaded only what it declares', () => {
    const records = new Map([['new', { userId: 'ann' }]]);
    expect(pruningOf({ userId: 'ann', records, known: new Set(['new']), now: START, isSaving: true })).toBeUndefined();
  });
});
