import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { abTest, accountSettings, exclusiveGroup, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { FmeClient, type FmeClientOptions } from '../../lib/fme/index.js';
import {
  connectorStorage,
  MemoryStorage,
  type StoredChange,
  type StoredDecisions,
  type Visit,
  type VwoClientChange,
  VwoStorage,
} from '../../lib/index.js';
import { MovedClock } from '../common/moved-clock.js';
import { eventually, turns } from '../common/waiting.js';
import { listening, type Said } from './client.fixture.js';
import { closeStarted, orderEdge, PRODUCTS, startedOn } from './products.fixture.js';

const ab = (weights: readonly number[] = [100, 0]) =>
  accountSettings({
    features: [
      feature('ab', [rollout(), abTest({ variations: weights.map((weight) => ({ weight })) })]),
      feature('banner', [rollout()]),
    ],
  });

/** Ways in which a class of the application's may fail; `ms` must pass until a visit goes on. */
const FAILURES: readonly (readonly [how: string, ms: number, call: () => unknown])[] = [
  ['throws', 0, () => thrown()],
  ['rejects', 0, () => Promise.reject(new Error('away'))],
  ['gives nonsense', 0, () => 7],
  ['gives a promise of nonsense', 0, () => Promise.resolve('nonsense')],
  ['never settles', 50, () => new Promise(() => undefined)],
  ['rejects late', 50, () => late((_resolve, reject) => reject(new Error('too late')))],
  ['answers late', 50, () => late((resolve) => resolve(new Map()))],
  ['gives a thenable that throws', 0, () => ({ then: () => thrown() })],
];

/** What is let go by `letGo`. */
const held: (() => void)[] = [];
const late = (settle: (resolve: (found: StoredDecisions) => void, reject: (error: Error) => void) => void) =>
  new Promise<StoredDecisions>((resolve, reject) => held.push(() => settle(resolve, reject)));
const letGo = (): void => held.splice(0).forEach((each) => each());

function thrown(): never {
  throw new Error('away');
}

/** Fails where it is told to. */
class Failing extends VwoStorage {
  readonly inner = new MemoryStorage();
  onLoad: (() => unknown) | undefined;
  onSave: (() => unknown) | undefined;
  loads = 0;

  override load(...question: Parameters<VwoStorage['load']>): StoredDecisions | Promise<StoredDecisions> {
    this.loads += 1;
    return this.onLoad ? (this.onLoad() as StoredDecisions) : this.inner.load(...question);
  }

  override save(userId: string, changes: readonly StoredChange[]): void | Promise<void> {
    return this.onSave ? (this.onSave() as void) : this.inner.save(userId, changes);
  }

  override forget(userId: string): Promise<void> {
    return this.inner.forget(userId);
  }
}

describe('a storage of the application', () => {
  let clock: MovedClock;
  let logger: Said;
  let storage: Failing;
  let client: FmeClient;
  const rejected = jest.fn();
  beforeEach(() => {
    clock = new MovedClock();
    logger = listening();
    storage = new Failing();
    process.on('unhandledRejection', rejected);
  });
  afterEach(async () => {
    letGo();
    storage.onLoad = storage.onSave = undefined;
    await closed();
    await turn();
    process.off('unhandledRejection', rejected);
    expect(rejected).not.toHaveBeenCalled();
  });

  const options = (): FmeClientOptions => ({ sdkKey: 'key', events: false, storage, clock, logger });
  const started = async (settings: object = ab()): Promise<void> => {
    client = new FmeClient({ ...options(), settings });
    await client.start();
  };

  async function closed(): Promise<void> {
    const closing = client.close();
    for (let i = 0; i < 10; i++) {
      await turns();
      clock.move(1_000);
    }
    await closing;
  }

  /** @param ms that pass while the visit waits */
  async function visited(id: string, ms = 0): Promise<Visit> {
    const opening = client.visit({ id });
    clock.move(ms);
    const visit = await opening;
    visit.flag('ab');
    visit.flag('banner');
    void visit.end();
    return visit;
  }

  async function heals(): Promise<void> {
    letGo();
    storage.onLoad = storage.onSave = undefined;
    for (let i = 0; i < 6; i++) {
      clock.move(2_000);
      await turns();
    }
  }

  const keys = async (id: string) => [...(await storage.inner.load(id, [])).keys()].sort();

  test.each(FAILURES)(
    'that %s on reading makes nobody wait for long, and all is stored afterwards',
    async (_how, ms, call) => {
      await started();
      storage.onLoad = call;
      const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
      for (const user of users.slice(0, 3)) expect((await visited(user, ms)).flag('ab').isEnabled()).toBe(true);
      const { loads } = storage;
      for (const user of users.slice(3)) {
        const visit = client.openVisit({ id: user });
        expect(visit).not.toBeInstanceOf(Promise);
        expect((visit as Visit).flag('ab')).toMatchObject({ source: 'rules', reason: 'experiment' });
        expect((visit as Visit).flag('banner').isEnabled()).toBe(true);
        void (visit as Visit).end();
      }
      expect(storage.loads).toBe(loads);
      expect(logger.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
      await heals();
      for (const user of users) expect([user, await keys(user)]).toEqual([user, ['ab', 'banner']]);
      expect((await visited('user-1')).flag('ab').reason).toBe('stored');
      expect(logger.lines.slice(1).filter((line) => line.includes('storage'))).toEqual([
        'log: The storage works again.',
      ]);
    },
  );

  test.each(FAILURES.filter(([how]) => !/nonsense|answers/.test(how)))(
    'that %s on writing harms nobody, and all is stored afterwards',
    async (_how, ms, call) => {
      await started();
      storage.onSave = call;
      const users = Array.from({ length: 8 }, (_, i) => `user-${i}`); // a minute later the warning would come again
      for (const user of users) {
        await visited(user);
        clock.move(ms > 0 ? 5_000 : 0);
        await turns();
      }
      for (const user of users) expect((await visited(user)).flag('ab')).toMatchObject({ source: 'storage' });
      expect(logger.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
      await heals();
      clock.move(5_000);
      await heals();
      for (const user of users) expect([user, await keys(user)]).toEqual([user, ['ab', 'banner']]);
      expect(client.counters().storageRecordsDropped).toBe(0);
    },
  );

  test('that is away does not make a user flip, though the settings change meanwhile', async () => {
    const edge = await VwoEdge.start({ settings: ab([100, 0]) });
    client = new FmeClient({ ...options(), accountId: 123456, baseUrl: edge.url });
    await client.start();
    storage.onLoad = storage.onSave = () => Promise.reject(new Error('away'));
    const before = (await visited('ann')).flag('ab').variation?.id;
    for (const user of ['bob', 'cid']) await visited(user);
    edge.setSettings(ab([0, 100]));
    await client.refresh();
    expect((await visited('dan')).flag('ab').variation?.id).not.toBe(before);
    expect((await visited('ann')).flag('ab')).toMatchObject({
      source: 'storage',
      reason: 'stored',
      variation: { id: before },
    });
    await heals();
    expect((await visited('ann')).flag('ab')).toMatchObject({ reason: 'stored', variation: { id: before } });
    await edge.close();
  });

  test('tells listeners once that it fails and once that it works again, reads and writes together', async () => {
    await started();
    const changes: VwoClientChange[] = [];
    client.onChange((change) => void changes.push(change));
    storage.onLoad = storage.onSave = () => Promise.reject(new Error('away'));
    for (const user of ['ann', 'bob', 'cid', 'dan']) await visited(user);
    await turns();
    await heals();
    expect(changes).toEqual([
      { kind: 'storage', available: false },
      { kind: 'storage', available: true },
    ]);
  });

  test('forgets a user with what is kept, also while it fails', async () => {
    await started();
    storage.onLoad = () => Promise.reject(new Error('away'));
    storage.onSave = () => Promise.reject(new Error('away'));
    const forget = jest.spyOn(storage, 'forget').mockRejectedValueOnce(new Error('away'));
    for (const user of ['ann', 'bob', 'cid']) await visited(user);
    await expect(client.forget('ann')).rejects.toThrow('away');
    expect((await visited('ann')).flag('ab').source).toBe('rules');
    await client.forget('ann');
    await heals();
    expect([await keys('ann'), await keys('bob')]).toEqual([[], ['ab', 'banner']]);
    expect(forget).toHaveBeenCalledTimes(2);
  });

  test('gives no user a second campaign of a mutually exclusive group', async () => {
    const features = [
      feature('red', [abTest({ variations: [{}] })]),
      feature('blue', [abTest({ variations: [{}] })]),
      feature('alone', [rollout()]),
    ];
    const settings = accountSettings({ features, groups: [exclusiveGroup('one of them', ['red', 'blue'])] });
    await started(settings);
    const visit = await client.visit({ id: 'ann' });
    const [mine = '', other = ''] = visit.flag('red').isEnabled() ? ['red', 'blue'] : ['blue', 'red'];
    const isOn = (its: Visit): boolean[] => [its.flag(mine).isEnabled(), its.flag(other).isEnabled()];
    expect(isOn(visit)).toEqual([true, false]);
    // Another server has decided by other weights: the other campaign is hers.
    const campaign = settings.campaigns.find(({ key }) => key.startsWith(`${other}_`));
    const record = {
      ...{ featureKey: other, featureId: settings.features.find(({ key }) => key === other)?.id, userId: 'ann' },
      ...{
        experimentId: campaign?.id,
        experimentKey: campaign?.key,
        experimentVariationId: campaign?.variations[0]?.id,
      },
    };
    await storage.inner.save('ann', [{ key: other, record, replaces: undefined }]);
    storage.onLoad = () => Promise.reject(new Error('away'));
    storage.onSave = () => Promise.reject(new Error('away'));
    for (const user of ['bob', 'cid', 'dan']) await (await client.visit({ id: user })).end();
    const blind = await client.visit({ id: 'ann' });
    expect(isOn(blind)).toEqual([true, false]);
    expect(blind.flag('alone').isEnabled()).toBe(true);
    await blind.end();
    storage.onLoad = undefined;
    clock.move(2_000);
    await turns();
    const next = await client.visit({ id: 'ann' }); // what is kept is not written yet
    expect([...isOn(next), next.flag('alone').source]).toEqual([false, true, 'storage']);
    await heals();
    expect(await keys('ann')).toEqual(expect.arrayContaining([other, 'alone']));
    expect(await keys('ann')).not.toContain(mine);
    const last = await client.visit({ id: 'ann' });
    expect(isOn(last)).toEqual([false, true]);
  });

  describe.each(['all', 'declared'] as const)(
    'that answers again in the middle of a visit (preload: %s)',
    (preload) => {
      test('has what the visit decided without it, where nothing else is stored', async () => {
        client = new FmeClient({ ...options(), settings: ab(), preload });
        await client.start();
        storage.onLoad = () => Promise.reject(new Error('away'));
        const visit = await client.visit({ id: 'ann' }, ['ab']);
        visit.flag('ab');
        storage.onLoad = undefined;
        await visit.declare?.(['banner']);
        visit.flag('banner');
        await visit.end();
        await heals();
        expect(await keys('ann')).toEqual(['ab', 'banner']);
      });

      test('has what the visit decided before it failed, and after', async () => {
        client = new FmeClient({ ...options(), settings: ab(), preload });
        await client.start();
        const visit = await client.visit({ id: 'ann' }, ['ab']);
        visit.flag('ab');
        storage.onLoad = storage.onSave = () => Promise.reject(new Error('away'));
        await visit.declare?.(['banner']);
        visit.flag('banner');
        await visit.end();
        await heals();
        expect(await keys('ann')).toEqual(['ab', 'banner']);
      });
    },
  );

  test('that is a connector of VWO gets what was decided, and what it has stays', async () => {
    const records = new Map<string, unknown>();
    let isAway = false;
    const answer = <T>(work: () => T): Promise<T> =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve(work());
    const placeOf = (key: unknown, user: unknown): string => JSON.stringify([key, user]);
    const connector = {
      get: (key: string, user: string) => answer(() => records.get(placeOf(key, user))),
      set: (data: Record<string, unknown>) =>
        answer(() => records.set(placeOf(data['featureKey'], data['userId']), data)),
    };
    client = new FmeClient({ ...options(), settings: ab(), storage: connectorStorage(connector) });
    await client.start();
    const [theirs] = [{ featureKey: 'ab', userId: 'user-1', experimentId: 2, experimentKey: 'of another server' }];
    records.set(placeOf('ab', 'user-1'), theirs);
    isAway = true;
    for (let i = 0; i < 20; i++) await visited(`user-${i}`);
    await turns();
    isAway = false;
    await heals();
    for (let i = 0; i < 20; i++) expect(records.has(placeOf('banner', `user-${i}`))).toBe(true);
    expect(records.get(placeOf('ab', 'user-1'))).toBe(theirs);
    expect(records.size).toBe(40);
  });
});

describe.each(PRODUCTS)('$name', (product) => {
  afterEach(closeStarted);

  test('stores what it has decided without its storage, once that works again', async () => {
    const storage = new Failing();
    const edge = await orderEdge();
    const client = await startedOn(edge, product, { storage });
    storage.onLoad = storage.onSave = () => Promise.reject(new Error('away'));
    const users = ['ann', 'bob', 'cid', 'dan', 'eve'];
    for (const id of users) {
      const visit = await client.visit({ id }, ['ab']);
      expect(visit.flag('ab').isEnabled()).toBe(true);
      await visit.end();
    }
    storage.onLoad = storage.onSave = undefined;
    const areStored = async (): Promise<boolean> => {
      for (const id of users) if ((await storage.inner.load(id, [])).size === 0) return false;
      return true;
    };
    await eventually(areStored, 'all that was decided');
    expect(client.counters().storageRecordsDropped).toBe(0);
    await edge.close();
  });
});
