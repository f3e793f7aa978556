import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { MemoryStorage, type Visit, type VwoUserContext } from '../../lib/index.js';
import { type Said, listening } from '../client/client.fixture.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';

const ONLY = { campaigns: 'checkout-test' };
const VARIATIONS = ['Control', 'Variation-1'];
const record = (variationName: string, more: object = {}) => ({
  userId: 'ann',
  campaignKey: 'checkout-test',
  variationName,
  ...more,
});

describe('`userStorageData` in the user context', () => {
  let edge: VwoEdge;
  let client: FullStackClient;
  let storage: MemoryStorage;
  let logger: Said;

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile: shopSettingsFile() });
    storage = new MemoryStorage();
    logger = listening();
    client = await fullStackClient(edge, { storage, logger });
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  function visitWith(userStorageData: unknown): Promise<Visit> {
    return visitOf(client, { id: 'ann', userStorageData } as VwoUserContext);
  }

  it.each(VARIATIONS)('decides, as what was stored before: %s', async (variationName) => {
    const flag = (await visitWith(record(variationName))).flag('checkout-test');
    expect([flag.variation?.key, flag.source]).toEqual([variationName, 'storage']);
  });

  it('wins over what the storage holds', async () => {
    await storage.save('ann', [{ key: 'checkout-test', record: record('Control'), replaces: undefined }]);
    expect((await visitWith(record('Variation-1'))).flag('checkout-test').variation?.key).toBe('Variation-1');
  });

  it('lets `track` alone track, in its variation', async () => {
    const visit = await visitWith(record('Control'));
    expect(visit.track('bought', ONLY)).toBe(true);
    await visit.end();
    await client.flush();
    expect(edge.eventsOf('ann').map(({ name, props }) => [name, props])).toEqual([
      ['track-goal', { id: 1, variation: 1, goal: 101 }],
    ]);
  });

  it('tells which goals were tracked already, and new ones are added', async () => {
    const visit = await visitWith(record('Control', { goalIdentifier: 'bought' }));
    visit.flag('checkout-test');
    expect([visit.track('bought', ONLY), visit.track('signed-up', ONLY)]).toEqual([false, true]);
    await visit.end();
    const expected = record('Control', { goalIdentifier: 'bought_vwo_signed-up' });
    expect((await client.storedDecisions('ann')).get('checkout-test')).toEqual(expected);
  });

  it('counts for its own campaign alone', async () => {
    const visit = await visitWith(record('Control'));
    expect(visit.flag('checkout-test').source).toBe('storage');
    expect(visit.flag('pricing').source).toBe('rules');
  });

  /** What the rules decide for ann. */
  async function byRules(): Promise<string | undefined> {
    const flag = (await visitOf(client, 'ann')).flag('checkout-test');
    expect(flag.source).toBe('rules');
    return flag.variation?.key;
  }

  it.each<[string, (variationName: string) => unknown]>([
    ['another user', (name) => ({ ...record(name), userId: 'bob' })],
    ['another campaign', (name) => ({ ...record(name), campaignKey: 'pricing' })],
    ['a variation that is gone', () => record('Gone')],
    ['null', () => null],
    ['text', (name) => JSON.stringify(record(name))],
  ])('decides nothing where it is of %s', async (_whose, given) => {
    const expected = await byRules();
    for (const variationName of VARIATIONS) {
      const flag = (await visitWith(given(variationName))).flag('checkout-test');
      expect([flag.variation?.key, flag.source]).toEqual([expected, 'rules']);
    }
  });

  const warnings = () => logger.lines.filter((line) => line.startsWith('warn') && line.includes('userStorageData'));

  it.each<[string, unknown]>([
    ['text', JSON.stringify(record('Control'))],
    ['a record of no campaign', { userId: 'ann', variationName: 'Control' }],
  ])('is warned of once where it is %s', async (_what, given) => {
    for (const _visit of [1, 2]) (await visitWith(given)).flag('checkout-test');
    expect(warnings()).toHaveLength(1);
  });

  it.each([[undefined], [null], [{}]])('may say that nothing was stored: %j', async (given) => {
    (await visitWith(given)).flag('checkout-test');
    expect(warnings()).toEqual([]);
  });

  it('that is refused is counted, as a stored record is', async () => {
    (await visitWith({ ...record('Control'), userId: 'bob' })).flag('checkout-test');
    expect(client.counters().storageRecordsRefused).toBe(1);
  });
});
