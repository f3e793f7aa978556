import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StoredChange, StoredDecision, StoredDecisions } from '../../lib/model/index.js';
import type { FullStackClient, FullStackClientOptions } from '../../lib/entries/full-stack.js';
import { connectorStorage, MemoryStorage, VwoStorage } from '../../lib/storage/index.js';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';
import { captureRequests, realSdk } from './real-sdk.js';

type Data = Record<string, unknown>;

/** Keeps records, and tells which were written. */
class Watched extends MemoryStorage {
  readonly written: StoredDecision[] = [];

  override save(userId: string, changes: readonly StoredChange[]): void | Promise<void> {
    this.written.push(...changes.map(({ record }) => record));
    return super.save(userId, changes);
  }
}

const kept = (campaignKey: string, variationName: string, more: Data = {}): StoredDecision => ({
  userId: 'ann',
  campaignKey,
  variationName,
  ...more,
});

// What `vwo-node-sdk` 1.73.0 does, against what VWO's page on synchronous and asynchronous storage says ("the SDK …"), and what
// a user of this library gets instead.
describe('with vwo-node-sdk 1.73.0', () => {
  let edge: VwoEdge;
  let storage: Watched;
  let network: ReturnType<typeof captureRequests> | undefined;
  const clients: FullStackClient[] = [];
  const settings = shopSettingsFile();

  beforeEach(async () => {
    storage = new Watched();
    edge = await VwoEdge.start({ settingsFile: settings });
  });

  afterEach(async () => {
    network?.restore();
    network = undefined;
    jest.restoreAllMocks();
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await edge.close();
  });

  async function started(options: Partial<FullStackClientOptions> = {}): Promise<FullStackClient> {
    const client = await fullStackClient(edge, { storage, ...options });
    clients.push(client);
    return client;
  }

  async function remember(...records: StoredDecision[]): Promise<void> {
    const changes = records.map((record) => ({ key: String(record.campaignKey), record, replaces: undefined }));
    await MemoryStorage.prototype.save.call(storage, 'ann', changes);
  }

  /** The SDK, with its network caught and its complaints left out. */
  function bare(config: Data = {}) {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    network = captureRequests();
    return realSdk(settings, config);
  }

  /** The variation that the rules give this user, and the other one. */
  async function variations(userId = 'ann'): Promise<[given: string, other: string]> {
    const client = await started({ storage: new MemoryStorage() });
    const given = (await visitOf(client, userId)).flag('checkout-test').variation?.key ?? '';
    return [given, given === 'Control' ? 'Variation-1' : 'Control'];
  }

  describe('records fetched before and handed over', () => {
    it('decide, from an asynchronous storage', async () => {
      const [, other] = await variations();
      await remember(kept('checkout-test', other));
      const flag = (await visitOf(await started(), 'ann')).flag('checkout-test');
      expect([flag.variation?.key, flag.source]).toEqual([other, 'storage']);
    });

    it('the SDK ignores userStorageData without a storage service', async () => {
      const [given, other] = await variations();
      const options = { userStorageData: kept('checkout-test', other) };
      expect(bare().activate('checkout-test', 'ann', options)).toBe(given);
      const withService = { userStorageService: { get: () => undefined, set: () => undefined } };
      expect(bare(withService).activate('checkout-test', 'ann', options)).toBe(other);
    });
  });

  describe('whose record it is', () => {
    it.each([
      ['another user', kept('checkout-test', 'Control', { userId: 'bob' })],
      ['another campaign', kept('closed', 'Control')],
      ['no campaign', { userId: 'ann', variationName: 'Control' }],
      ['no variation', { userId: 'ann', campaignKey: 'checkout-test' }],
    ])('a record of %s is refused, counted and told', async (_whose, record) => {
      for (const variationName of ['Control', 'Variation-1']) {
        const foreign = 'variationName' in record ? { ...record, variationName } : record;
        const own = new MemoryStorage();
        await own.save('ann', [{ key: 'checkout-test', record: foreign as StoredDecision, replaces: undefined }]);
        const client = await started({ storage: own });
        const visit = await visitOf(client, 'ann');
        expect(visit.flag('checkout-test').source).toBe('rules');
        expect(client.counters().storageRecordsRefused).toBe(1);
        await visit.end();
        const stored = (await client.storedDecisions('ann')).get('checkout-test');
        expect(stored).toMatchObject({ userId: 'ann', campaignKey: 'checkout-test' });
      }
    });

    it('the SDK takes any', async () => {
      const [, other] = await variations();
      const userStorageService = { get: () => kept('closed', other, { userId: 'bob' }), set: () => undefined };
      expect(bare({ userStorageService }).activate('checkout-test', 'ann')).toBe(other);
    });
  });

  describe('a record of a variation that is gone', () => {
    it('means a new decision, which is stored', async () => {
      await remember(kept('checkout-test', 'Gone'));
      const client = await started();
      const visit = await visitOf(client, 'ann');
      expect(visit.flag('checkout-test').source).toBe('rules');
      await visit.end();
      const stored = (await client.storedDecisions('ann')).get('checkout-test');
      expect(stored?.variationName).toBe(visit.flag('checkout-test').variation?.key);
      expect(client.counters().storageRecordsRefused).toBe(0);
    });

    it('does not keep a user out of his group, as it does in the SDK', async () => {
      const [one, two] = ['one', 'two'].map((key) => visualAb(key, { percent: key === 'one' ? 100 : 0 }));
      const grouped = fullStackSettings({
        campaigns: [one!, { ...two!, variations: [{ name: 'Gone' }, { name: 'Other' }] }],
        groups: [{ name: 'exclusive', campaigns: ['one', 'two'] }],
      });
      const userStorageService = { get: () => undefined as unknown as Data, set: () => undefined };
      network = captureRequests();
      const stale = { userStorageData: kept('one', 'Gone') };
      expect(realSdk(grouped, { userStorageService }).activate('one', 'ann', stale)).toBeNull();

      await remember(kept('one', 'Gone'));
      network.restore();
      edge.setSettingsFile(grouped);
      expect((await visitOf(await started(), 'ann')).flag('one').isEnabled()).toBe(true);
    });
  });

  describe('a goal of a user whose stored variation is gone', () => {
    it('the SDK tracks it, without an impression; so do we, and the flag sends it when it is read', async () => {
      const userStorageService = { get: () => kept('checkout-test', 'Gone'), set: () => undefined };
      const sdk = bare({ userStorageService });
      expect(sdk.track('checkout-test', 'ann', 'bought')).toEqual({ 'checkout-test': true });
      expect(network?.requests.map(({ path }) => path.split('?')[0])).toEqual(['/server-side/track-goal']);
      network?.restore();

      await remember(kept('checkout-test', 'Gone'));
      const client = await started();
      const visit = await visitOf(client, 'ann');
      expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(true);
      await client.flush();
      expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['track-goal']);
      expect(visit.flag('checkout-test').source).toBe('rules');
      expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(false);
      await visit.end();
      await client.flush();
      expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['track-goal', 'track-user']);
    });

    it('stays untracked, and nothing is decided, where it lacks its revenue', async () => {
      await remember(kept('checkout-test', 'Gone'));
      const visit = await visitOf(await started(), 'ann');
      expect(visit.track('paid', { campaigns: 'checkout-test' })).toBe(false);
      await visit.end();
      expect(storage.written).toEqual([]);
    });
  });

  describe('nothing stored', () => {
    class Nothing extends VwoStorage {
      load(): Promise<StoredDecisions> {
        return Promise.resolve(new Map([['checkout-test', null]]) as unknown as StoredDecisions);
      }
      save(): Promise<void> {
        return Promise.resolve();
      }
      forget(): Promise<void> {
        return Promise.resolve();
      }
    }

    it('is undefined and not null: the flag is decided', async () => {
      const client = await started({ storage: new Nothing() });
      expect((await visitOf(client, 'ann')).flag('checkout-test').isEnabled()).toBe(true);
    });

    it('the SDK answers null to userStorageData null', () => {
      const options = { userStorageData: null } as unknown as { userStorageData: object };
      expect(bare().activate('checkout-test', 'ann', options)).toBeNull();
    });
  });

  describe('a goal in the visit that activated', () => {
    it('is tracked: it sees the new record', async () => {
      const client = await started();
      const visit = await visitOf(client, 'ann');
      visit.flag('checkout-test');
      expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(true);
    });

    it('the SDK does not track with the record from before', () => {
      const client = bare({ userStorageService: { get: () => undefined, set: () => undefined } });
      client.activate('checkout-test', 'ann');
      expect(client.track('checkout-test', 'ann', 'bought')).toEqual({ 'checkout-test': false });
    });

    it('is not tracked where nothing was activated, in this visit or before: as in the SDK', async () => {
      const visit = await visitOf(await started(), 'ann');
      expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(false);
      await visit.end();
      expect(storage.written).toEqual([]);
    });
  });

  describe('goals', () => {
    it('are a set: none is lost, none tracked twice', async () => {
      const client = await started();
      const visit = await visitOf(client, 'ann');
      visit.flag('checkout-test');
      const goals = ['bought', 'signed-up', 'bought', 'signed-up'];
      const only = { campaigns: 'checkout-test' };
      expect(goals.map((goal) => visit.track(goal, only))).toEqual([true, true, false, false]);
      await visit.end();
      expect((await client.storedDecisions('ann')).get('checkout-test')?.goalIdentifier).toBe('bought_vwo_signed-up');

      const later = await visitOf(client, 'ann');
      expect(goals.map((goal) => later.track(goal, only))).toEqual([false, false, false, false]);
      expect(later.track('paid', { ...only, revenue: 5 })).toBe(true);
      await later.end();
      await client.flush();
      expect(edge.eventsOf('ann').filter(({ name }) => name === 'track-goal')).toHaveLength(3);
      const stored = (await client.storedDecisions('ann')).get('checkout-test');
      expect(stored?.goalIdentifier).toBe('bought_vwo_signed-up_vwo_paid');
    });

    it('the SDK says set twice, and the last one loses the first goal', () => {
      const sets: Data[] = [];
      const userStorageService = {
        get: () => kept('checkout-test', 'Control', { goalIdentifier: 'bought' }),
        set: (data: Data) => void sets.push(data),
      };
      bare({ userStorageService }).track('checkout-test', 'ann', 'signed-up');
      expect(sets.map(({ goalIdentifier }) => goalIdentifier)).toEqual(['bought_vwo_signed-up', 'signed-up']);
    });

    it('of two requests at the same moment are both kept', async () => {
      const client = await started();
      const first = await visitOf(client, 'ann');
      first.flag('checkout-test');
      await first.end();
      const visits = await Promise.all([visitOf(client, 'ann'), visitOf(client, 'ann')]);
      expect(visits[0].track('bought', { campaigns: 'checkout-test' })).toBe(true);
      expect(visits[1].track('signed-up', { campaigns: 'checkout-test' })).toBe(true);
      await Promise.all(visits.map((visit) => visit.end()));
      const goals = String((await client.storedDecisions('ann')).get('checkout-test')?.goalIdentifier).split('_vwo_');
      expect(goals.sort()).toEqual(['bought', 'signed-up']);
    });

    it('the SDK splits a name that holds the separator, and tracks it at every call', () => {
      const file = fullStackSettings({ campaigns: [visualAb('a', { goals: ['x_vwo_y'] })] });
      network = captureRequests();
      const userStorageService = {
        get: () => kept('a', 'Control', { goalIdentifier: 'x_vwo_y' }),
        set: () => undefined,
      };
      const sdk = realSdk(file, { userStorageService });
      expect([1, 2].map(() => sdk.track('a', 'ann', 'x_vwo_y'))).toEqual([{ a: true }, { a: true }]);
    });

    it('whose name holds the separator are tracked once too', async () => {
      edge.setSettingsFile(fullStackSettings({ campaigns: [visualAb('a', { goals: ['x_vwo_y', 'z'] })] }));
      const client = await started();
      const visit = await visitOf(client, 'ann');
      visit.flag('a');
      expect(['x_vwo_y', 'z', 'x_vwo_y', 'z'].map((goal) => visit.track(goal))).toEqual([true, true, false, false]);
      await visit.end();
      const later = await visitOf(client, 'ann');
      expect(['x_vwo_y', 'z'].map((goal) => later.track(goal))).toEqual([false, false]);
    });
  });

  describe('several campaigns in one track', () => {
    it('each get their own record', async () => {
      const [, other] = await variations();
      await remember(kept('checkout-test', other), kept('pricing', 'Half', { goalIdentifier: 'seen' }));
      const client = await started();
      const visit = await visitOf(client, 'ann');
      expect(visit.track('bought')).toBe(true);
      await visit.end();
      const stored = await client.storedDecisions('ann');
      expect(stored.get('checkout-test')).toEqual(kept('checkout-test', other, { goalIdentifier: 'bought' }));
      expect(stored.get('pricing')).toEqual(kept('pricing', 'Half', { goalIdentifier: 'seen_vwo_bought' }));
      await client.flush();
      const variation = other === 'Control' ? 1 : 2;
      expect(edge.eventsOf('ann').map(({ props }) => props)).toEqual([
        { id: 1, variation, goal: 101 },
        { id: 3, variation: 2, goal: 301 },
      ]);
    });

    it('the SDK applies one userStorageData to all of them', () => {
      const sets: Data[] = [];
      const userStorageService = { get: () => undefined, set: (data: Data) => void sets.push(data) };
      const userStorageData = kept('checkout-test', 'Control');
      bare({ userStorageService }).track(['checkout-test', 'pricing'], 'ann', 'bought', { userStorageData });
      expect(sets.map(({ campaignKey, variationName }) => [campaignKey, variationName])).toEqual([
        ['checkout-test', 'Control'],
        ['pricing', 'Control'],
      ]);
    });
  });

  describe('a storage that fails', () => {
    const failing: readonly [string, Partial<{ get: () => unknown; set: () => unknown }>][] = [
      ['whose set rejects', { set: () => Promise.reject(new Error('away')) }],
      ['whose set throws', { set: () => { throw new Error('away'); } }], // prettier-ignore
      ['whose get rejects', { get: () => Promise.reject(new Error('away')) }],
      ['whose get throws', { get: () => { throw new Error('away'); } }], // prettier-ignore
    ];

    it.each(failing)('%s harms neither the request nor the process', async (_how, broken) => {
      const unhandled = jest.fn();
      process.on('unhandledRejection', unhandled);
      const connector = { get: () => undefined, set: () => undefined, ...broken };
      const storage = connectorStorage(connector, { order: 'user-first' });
      const client = await started({ storage, closeTimeout: 100 }); // what is kept is tried again until then
      const visit = await visitOf(client, 'ann');
      expect(visit.flag('checkout-test').isEnabled()).toBe(true);
      expect(visit.track('bought')).toBe(true);
      await visit.end();
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', unhandled);
      expect(unhandled).not.toHaveBeenCalled();
      const { storageReadFailures, storageWriteFailures } = client.counters();
      expect(storageReadFailures + storageWriteFailures).toBeGreaterThan(0);
    });

    it('the SDK answers null when get throws', () => {
      const userStorageService = { get: () => { throw new Error('away'); }, set: () => undefined }; // prettier-ignore
      expect(bare({ userStorageService }).activate('checkout-test', 'ann')).toBeNull();
    });

    it('a goal is tracked as the rules decide, once in the visit, and nothing is overwritten', async () => {
      const [given] = await variations();
      const get = jest.fn(() => Promise.reject(new Error('away')));
      const set = jest.fn();
      const client = await started({ storage: connectorStorage({ get, set }, { order: 'user-first' }) });
      const visit = await visitOf(client, 'ann');
      expect([visit.track('signed-up'), visit.track('signed-up')]).toEqual([true, false]);
      await visit.end();
      await client.flush();
      expect(edge.eventsOf('ann').map(({ props }) => props)).toEqual([
        { id: 1, variation: given === 'Control' ? 1 : 2, goal: 102 },
      ]);
      expect(set).not.toHaveBeenCalled();
    });

    it('the impression of a flag that is read after its goal was tracked goes out', async () => {
      const get = () => Promise.reject(new Error('away'));
      const client = await started({
        storage: connectorStorage({ get, set: () => undefined }, { order: 'user-first' }),
      });
      const visit = await visitOf(client, 'ann');
      visit.track('signed-up');
      const flag = visit.flag('checkout-test');
      expect([flag.source, flag.reason]).toEqual(['rules', 'experiment']);
      await visit.end();
      await client.flush();
      expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['track-goal', 'track-user']);
    });
  });

  describe('reads without a record', () => {
    it('the SDK gives no variable before the feature was asked for; the flag asks by itself', async () => {
      const config = { userStorageService: { get: () => undefined, set: () => undefined } };
      expect(bare(config).getFeatureVariableValue('banner', 'text', 'ann')).toBeNull();
      network?.restore();
      expect((await visitOf(await started(), 'ann')).flag('banner').getVariable('text', 'none')).toBe('Hello');
    });
  });

  describe('its options', () => {
    it('the SDK answers null to everything for a log level that it does not know; ours go through no such option', () => {
      const sdk = bare({ logging: { level: 9 } });
      expect(sdk.activate('checkout-test', 'ann')).toBeNull();
    });
  });

  describe('whitelisting', () => {
    it('the SDK tracks a goal of a forced user at every call; we do so once', () => {
      const forced = { goals: ['bought'], variations: [{}, { forcedFor: ['ann'] }] };
      const kept = new Map<unknown, Data>();
      const userStorageService = {
        get: (_userId: string, key: string) => kept.get(key) as Data,
        set: (data: Data) => void kept.set(data['campaignKey'], data),
      };
      network = captureRequests();
      const sdk = realSdk(fullStackSettings({ campaigns: [visualAb('a', forced)] }), { userStorageService });
      expect([1, 2].map(() => sdk.track('a', 'ann', 'bought'))).toEqual([{ a: true }, { a: true }]);
    });

    it('reads and writes no storage, and comes before what is stored', async () => {
      const forced = { variations: [{ name: 'Control' }, { name: 'Variation-1', forcedFor: ['ann'] }] };
      edge.setSettingsFile(fullStackSettings({ campaigns: [visualAb('checkout-test', forced)] }));
      await remember(kept('checkout-test', 'Control'));
      const visit = await visitOf(await started(), 'ann');
      expect(visit.flag('checkout-test').variation?.key).toBe('Variation-1');
      await visit.end();
      expect(storage.written).toEqual([]);
    });
  });

  describe('impressions', () => {
    const impressions = () => edge.eventsOf('ann').filter(({ name }) => name === 'track-user');

    it('go out at the first read, once, and not for what is stored', async () => {
      const client = await started();
      const visit = await visitOf(client, 'ann');
      await visit.end();
      await client.flush();
      expect(impressions()).toEqual([]);
      visit.flag('checkout-test');
      expect(visit.flag('checkout-test')).toBe(visit.flag('checkout-test'));
      await visit.end();
      const later = await visitOf(client, 'ann');
      expect(later.flag('checkout-test').source).toBe('storage');
      await later.end();
      await client.flush();
      expect(impressions()).toHaveLength(1);
    });

    it('go out again for what is stored with shouldTrackReturningUser', async () => {
      const client = await started({ shouldTrackReturningUser: true });
      for (const _again of [1, 2]) {
        const visit = await visitOf(client, 'ann');
        visit.flag('checkout-test');
        await visit.end();
      }
      await client.flush();
      expect(impressions()).toHaveLength(2);
    });
  });
});
